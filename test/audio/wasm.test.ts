import { describe, expect, it } from 'vitest';
import {
  add,
  type Code,
  compile,
  div,
  i32,
  i32Add,
  i32Load,
  i32Sub,
  load,
  loadSplat,
  loop,
  max,
  mul,
  Scope,
  shiftLeft,
  shiftRight,
  shuffle,
  splat,
  store,
  sub,
} from '../../src/audio/wasm.js';

/** Four results of an expression on memory that holds 0, 1, 2, … */
function evaluate(expression: Code, scope = new Scope(), before: Code[] = []): number[] {
  const { memory, run } = compile([...before, store(i32(0), 0, expression)], scope, 2 ** 17);
  new Float32Array(memory).set(Float32Array.from({ length: 2 ** 15 }, (_, i) => i));
  run();
  return [...new Float32Array(memory, 0, 4)];
}

describe('WebAssembly kernels', () => {
  it('compute on four lanes', () => {
    const a = load(i32(0), 16); // 4 5 6 7
    expect(evaluate(add(a, splat(0.5)))).toEqual([4.5, 5.5, 6.5, 7.5]);
    expect(evaluate(sub(splat(1), a))).toEqual([-3, -4, -5, -6]);
    expect(evaluate(mul(a, a))).toEqual([16, 25, 36, 49]);
    expect(evaluate(div(a, splat(4)))).toEqual([1, 1.25, 1.5, 1.75]);
    expect(evaluate(max(a, splat(5.5)))).toEqual([5.5, 5.5, 6, 7]);
    expect(evaluate(shuffle(a, splat(0.5), [3, 4, 0, 7]))).toEqual([7, 0.5, 4, 0.5]);
  });

  it('round every operation to single precision', () => {
    expect(evaluate(mul(splat(0.1), splat(0.1)))[0]).toBe(Math.fround(Math.fround(0.1) * Math.fround(0.1)));
  });

  it.each([0, 60, 64, 8192, 2 ** 16])('reach floats at byte %i, as address and as offset', (byte) => {
    const value = byte / 4;
    expect(evaluate(loadSplat(i32(byte), 0))).toEqual([value, value, value, value]);
    expect(evaluate(loadSplat(i32(0), byte))).toEqual([value, value, value, value]);
    expect(evaluate(load(i32(byte), 16))[0]).toBe(value + 4);
  });

  it('do the arithmetic of addresses', () => {
    const at = (address: Code) => evaluate(loadSplat(address, 0))[0];
    expect(at(i32Add(i32(40), i32(8)))).toBe(12);
    expect(at(i32Sub(i32(40), i32(8)))).toBe(8);
    expect(at(shiftLeft(i32(10), 2))).toBe(10);
    expect(at(shiftRight(i32(80), 1))).toBe(10);
    expect(at(i32Load(i32(0), 0))).toBe(0); // the bits of 0
  });

  it('count from the first value to the last below the end', () => {
    const scope = new Scope();
    const [counter, sum] = [scope.integer(), scope.vector()];
    const body = loop(counter, i32(8), i32(24), 4, [sum.set(add(sum.get, loadSplat(counter.get, 0)))]);
    expect(evaluate(sum.get, scope, [body])[0]).toBe(2 + 3 + 4 + 5);
  });
});
