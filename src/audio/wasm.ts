/**
 * Just enough of an assembler for WebAssembly to write one numeric kernel: single-precision vectors of four lanes,
 * counted loops, one memory. Expressions are byte sequences in stack order, so they nest like the formulas they stand for.
 * Opcodes: https://webassembly.github.io/spec/core/binary/instructions.html
 */

/** Instructions, encoded. */
export type Code = readonly number[];

/** A local variable of the kernel. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

// Value types, and the alignment of memory accesses as a power of two.
const I32 = 0x7f;
const V128 = 0x7b;
const FLOATS = 2;
const VECTORS = 4;

/** LEB128, how WebAssembly writes integers that are not negative. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** LEB128 of an `i32.const`: as `unsigned`, with a bit to spare for the sign. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x40; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

const vector = (opcode: number, ...operands: Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)];
const binary = (opcode: number) => (a: Code, b: Code) => vector(opcode, a, b);

// f32x4: every operation rounds each lane to single precision once.
export const add = binary(0xe4);
export const sub = binary(0xe5);
export const mul = binary(0xe6);
export const div = binary(0xe7);
export const max = binary(0xe9);
/** Four lanes out of those of `a` (0 to 3) and `b` (4 to 7). */
export const shuffle = (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code => [
  ...vector(0x0d, a, b),
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
];
/** The same constant in all lanes. */
export const splat = (value: number): Code => vector(0x13, [0x43, ...new Uint8Array(new Float32Array([value]).buffer)]);

// The same vectors as integers, for what the bits of floats mean.
export const integerSplat = (value: number): Code => vector(0x11, i32(value));
export const subIntegers = binary(0xb1);
export const shiftLanesLeft = (a: Code, bits: number): Code => vector(0xab, a, i32(bits));
/** Keeps the sign. */
export const shiftLanesRight = (a: Code, bits: number): Code => vector(0xac, a, i32(bits));
export const toFloats = (a: Code): Code => vector(0xfa, a);

// Memory: `address` is an i32 expression, `offset` a constant number of bytes that is added to it.
export const load = (address: Code, offset: number): Code => [...vector(0x00, address), VECTORS, ...unsigned(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...vector(0x0b, address, value),
  VECTORS,
  ...unsigned(offset),
];
/** One float from memory, in all lanes. */
export const loadSplat = (address: Code, offset: number): Code => [
  ...vector(0x09, address),
  FLOATS,
  ...unsigned(offset),
];

// i32
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const i32Add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const i32Sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const shiftLeft = (a: Code, bits: number): Code => [...a, ...i32(bits), 0x74];
export const shiftRight = (a: Code, bits: number): Code => [...a, ...i32(bits), 0x76];
export const i32Load = (address: Code, offset: number): Code => [...address, 0x28, FLOATS, ...unsigned(offset)];

/** Runs `body` for counter = from, from + step, … while below `end`; at least once. */
export function loop(counter: Local, from: Code, end: Code, step: number, body: readonly Code[]): Code {
  const next = counter.set(i32Add(counter.get, i32(step)));
  const again = [...counter.get, ...end, 0x49, 0x0d, 0x00]; // i32.lt_u, br_if
  return [...counter.set(from), 0x03, 0x40, ...body.flat(), ...next, ...again, 0x0b];
}

/** The local variables of a kernel, declared as they are needed. */
export class Scope {
  readonly types: number[] = [];

  integer = (): Local => this.#declare(I32);
  vector = (): Local => this.#declare(V128);

  #declare(type: number): Local {
    const index = unsigned(this.types.push(type) - 1);
    return { get: [0x20, ...index], set: (value) => [...value, 0x21, ...index] };
  }
}

/** Compiles a module with `size` bytes of memory, zero at first, and one function `run()`, which executes `body`. */
export function compile(
  body: readonly Code[],
  { types }: Scope,
  size: number,
): { memory: ArrayBuffer; run: () => void } {
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const name = (text: string): Code => [text.length, ...new TextEncoder().encode(text)];
  const locals = [...unsigned(types.length), ...types.flatMap((type) => [1, type])];
  const code = [...locals, ...body.flat(), 0x0b];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]), // one type: () -> ()
    ...section(3, [1, 0]), // one function, of that type
    ...section(5, [1, 0, ...unsigned(Math.ceil(size / 65_536))]), // one memory
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return { memory: (exports['memory'] as WebAssembly.Memory).buffer, run: exports['run'] as () => void };
}
