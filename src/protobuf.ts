/** The wire format of Protocol Buffers, as much as ONNX models and TensorBoard's events need (https://protobuf.dev/programming-guides/encoding). */

/** An encoded field, or several after each other. */
export type Bytes = readonly number[];

function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const tag = (field: number, wireType: number): number[] => varint((field << 3) | wireType);
const bytesOf = (numbers: Float32Array | Float64Array): number[] => [...new Uint8Array(numbers.buffer)];

/** int32, int64, bool and enum fields. */
export const int = (field: number, value: number): Bytes => [...tag(field, 0), ...varint(value)];
export const float = (field: number, value: number): Bytes => [...tag(field, 5), ...bytesOf(Float32Array.of(value))];
export const double = (field: number, value: number): Bytes => [...tag(field, 1), ...bytesOf(Float64Array.of(value))];
/** What comes before the `length` bytes of a message or of bytes. */
export const lengthPrefix = (field: number, length: number): Bytes => [...tag(field, 2), ...varint(length)];
/** bytes, and messages within messages. */
export const message = (field: number, ...content: Bytes[]): Bytes => {
  const bytes = content.flat();
  return [...lengthPrefix(field, bytes.length), ...bytes];
};
export const text = (field: number, value: string): Bytes => message(field, [...new TextEncoder().encode(value)]);
