/**
 * Golden data lives outside the project, in the directory that AST_TS_SHARED names (default `../shared`).
 * A test that needs it is skipped, with the reason in its name, where it is missing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';

export const sharedDirectory = resolve(process.env['AST_TS_SHARED'] ?? '../shared');
export const sharedPath = (...parts: string[]): string => join(sharedDirectory, ...parts);
export const hasShared = (...parts: string[]): boolean => existsSync(sharedPath(...parts));

/** `describe` that is skipped, saying why, when `needs` is not in the shared directory. */
export function describeWithShared(name: string, needs: string, body: () => void): void {
  if (hasShared(needs)) describe(name, body);
  else
    describe.skip(name, () => {
      // The body is not run: it may read golden files while tests are collected.
      it(`skipped: ${needs} is not in AST_TS_SHARED=${sharedDirectory}`, () => {});
    });
}

export interface GoldenTensor {
  shape: number[];
  data: Float32Array | Int32Array;
}

/** A reader of its own, so that parity tests do not lean on the code they test. */
export function readGolden(...parts: string[]): Map<string, GoldenTensor> {
  const bytes = readFileSync(sharedPath(...parts));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const raw = bytes.subarray(8 + headerLength + data_offsets[0], 8 + headerLength + data_offsets[1]);
    const copy = new Uint8Array(raw).buffer;
    if (dtype === 'F32') tensors.set(name, { shape, data: new Float32Array(copy) });
    else if (dtype === 'I64') tensors.set(name, { shape, data: Int32Array.from(new BigInt64Array(copy), Number) });
    else throw new Error(`golden tensor ${name} has dtype ${dtype}`);
  }
  return tensors;
}

/** Python writes NaN into JSON; here it becomes null. */
export const readGoldenJson = (...parts: string[]): unknown =>
  JSON.parse(readFileSync(sharedPath(...parts), 'utf8').replaceAll(/\bNaN\b/g, 'null'));

/** Largest |actual - expected| divided by the largest |expected|. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, expected ${expected.length}`);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const delta = Math.abs(actual[i]! - expected[i]!);
    difference = Number.isNaN(delta) ? Number.POSITIVE_INFINITY : Math.max(difference, delta);
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / (largest || 1);
}
