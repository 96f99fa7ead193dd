import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { CheckpointError } from '../../src/errors.js';
import { encodeSafetensors, memorySource, openSafetensors, writeSafetensors } from '../../src/hub/index.js';
import { describeWithShared, sharedPath } from '../support/golden.js';

const tensors = (): [string, { shape: number[]; data: Float32Array }][] => [
  ['weight', { shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, 2 ** -149, Number.NEGATIVE_INFINITY, 0.1) }],
  ['1', { shape: [], data: Float32Array.of(7) }],
  ['empty', { shape: [0, 4], data: new Float32Array() }],
  ['a "name" of Vögel', { shape: [1], data: new Float32Array(new Float32Array([8, 9]).buffer, 4, 1) }],
  ['__proto__', { shape: [1], data: Float32Array.of(3) }],
];
async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
const encode = (...args: Parameters<typeof encodeSafetensors>) => Buffer.concat([...encodeSafetensors(...args)]);

describe('encodeSafetensors', () => {
  it('writes what openSafetensors reads back bit by bit, in the given order', async () => {
    const file = await openSafetensors(memorySource('x', encode(tensors())));
    expect([...file.tensors.keys()]).toEqual(tensors().map(([name]) => name));
    for (const [name, { shape, data }] of tensors()) {
      const read = await file.read(name);
      expect(read.shape).toEqual(shape);
      expect(Buffer.from(read.data.buffer)).toEqual(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    }
  });

  it('keeps the bits of a NaN that carries a payload', async () => {
    const data = new Float32Array(Uint32Array.of(0x7fc12345).buffer);
    const file = await openSafetensors(memorySource('x', encode([['nan', { shape: [1], data }]])));
    expect(new Uint32Array((await file.read('nan')).data.buffer)[0]).toBe(0x7fc12345);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('pads the header with spaces to 8 bytes (a name of %i letters)', (length) => {
    const bytes = encode([['x'.repeat(length), { shape: [1], data: Float32Array.of(1) }]]);
    const headerLength = Number(bytes.readBigUInt64LE());
    expect(headerLength % 8).toBe(0);
    expect(bytes.subarray(8, 8 + headerLength).toString()).toMatch(/^\{.*\} {0,7}$/);
  });

  it('says that the format is PyTorch, unless other metadata is given', async () => {
    expect((await openSafetensors(memorySource('x', encode([])))).metadata).toEqual({ format: 'pt' });
    expect((await openSafetensors(memorySource('x', encode([], { step: '3' })))).metadata).toEqual({ step: '3' });
  });

  const one = { shape: [1], data: Float32Array.of(1) };
  it.each([
    ['a shape too small for the data', [['a', { ...one, shape: [0] }]], '"a": shape [0] does not fit 1 values'],
    ['a shape too large for the data', [['a', { ...one, shape: [2] }]], '"a": shape [2] does not fit 1 values'],
    ['a shape of two negative sizes', [['a', { ...one, shape: [-1, -1] }]], '"a": shape [-1,-1] does not fit'],
    [
      'a name given twice',
      [
        ['a', one],
        ['a', one],
      ],
      '"a" is given twice',
    ],
    ['the name of the metadata', [['__metadata__', one]], 'cannot be called "__metadata__"'],
  ] as [string, [string, typeof one][], string][])('refuses %s before anything is written', (_, entries, message) => {
    expect(() => encodeSafetensors(entries)).toThrow(CheckpointError);
    expect(() => encodeSafetensors(entries)).toThrow(message);
  });
});

describe('writeSafetensors', () => {
  it('makes the directory, writes the file and leaves nothing else behind', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'ast-ts-')), 'run', 'last');
    await writeSafetensors(join(directory, 'model.safetensors'), tensors());
    expect(readdirSync(directory)).toEqual(['model.safetensors']);
    expect(readFileSync(join(directory, 'model.safetensors'))).toEqual(encode(tensors()));
  });

  it('leaves the old file as it is when the tensors are refused', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ast-ts-')), 'model.safetensors');
    writeFileSync(path, 'old');
    const broken: [string, { shape: number[]; data: Float32Array }] = ['b', { shape: [9], data: new Float32Array(1) }];
    await expect(writeSafetensors(path, [...tensors(), broken])).rejects.toThrow('"b"');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describeWithShared('a checkpoint of Hugging Face', 'golden/ast-tiny/model.safetensors', () => {
  it('survives reading and writing bit by bit', async () => {
    const path = sharedPath('golden', 'ast-tiny', 'model.safetensors');
    const original = await openSafetensors(await platform.files!.open(path));
    const read = await collect(original.readAll());
    await original.close();
    const copy = await openSafetensors(memorySource('copy', encode(read)));
    expect(await collect(copy.readAll())).toEqual(read);
    expect(copy.metadata).toEqual(original.metadata);
  });
});
