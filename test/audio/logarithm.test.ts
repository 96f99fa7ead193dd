import { describe, expect, it } from 'vitest';
import { logarithm } from '../../src/audio/logarithm.js';
import { compile, i32, load, loop, Scope, store } from '../../src/audio/wasm.js';

function logarithms(values: Float32Array): Float32Array {
  const bytes = values.byteLength;
  const scope = new Scope();
  const at = scope.integer();
  const body = loop(at, i32(0), i32(bytes), 16, [store(at.get, 0, logarithm(scope, load(at.get, 0)))]);
  const { memory, run } = compile([body], scope, bytes);
  const inMemory = new Float32Array(memory, 0, values.length);
  inMemory.set(values);
  run();
  return inMemory;
}

/** Between neighbouring floats near `x`. */
const unitInTheLastPlace = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23);

describe('the logarithm of floats', () => {
  it('is within two units in the last place for all powers of two, and between them', () => {
    const values = Float32Array.from({ length: 40_000 }, (_, i) => 2 ** (-125 + (i * 250) / 40_000));
    let worst = 0;
    for (const [i, result] of logarithms(values).entries()) {
      const exact = Math.log(values[i]!);
      worst = Math.max(worst, Math.abs(result - exact) / unitInTheLastPlace(Math.max(Math.abs(exact), 0.01)));
    }
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(2);
  });

  it('is exact where it is a float', () => {
    expect([...logarithms(Float32Array.of(1, Math.E, 1, 2))]).toEqual([0, 1, 0, Math.fround(Math.LN2)]);
  });
});
