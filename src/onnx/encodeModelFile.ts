import { CheckpointError } from '../errors.js';
import { int, lengthPrefix, text } from '../protobuf.js';
import { version } from '../version.js';
import { encodeGraph, encodeHeader } from './encodeModel.js';
import { elementTypes, type Graph } from './graph.js';

/** A tensor that a model file holds. */
export interface Initializer {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
  /** Its values in row-major order. Called when they are written, in the order of the initializers. */
  read(): Promise<Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>;
}

/** A graph with its weights. */
export interface ModelFile {
  readonly name: string;
  readonly graph: Graph;
  readonly initializers: readonly Initializer[];
  /** Version of ONNX's own operators, the only ones that the graph may have. */
  readonly opset: number;
}

/** Protocol Buffers count the bytes of a message in 32 bits, with a sign. */
const MOST_BYTES = 2 ** 31 - 1;

/** A file as it is written. */
export interface EncodedFile {
  /** In bytes. */
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * An `.onnx` file, piece by piece: one tensor at a time is in memory beside what holds the weights.
 *
 * @throws {CheckpointError} at once, when the file would be larger than ONNX's format allows
 */
export function encodeModelFile({ name, graph, initializers, opset }: ModelFile): EncodedFile {
  const operators = encodeGraph(graph, name).flat();
  const tensors = initializers.map((initializer) => ({ initializer, ...encodeTensor(initializer) }));
  const graphSize = tensors.reduce((sum, tensor) => sum + tensor.start.length + tensor.size, operators.length);
  const header = [...encodeHeader({ '': opset }), text(2, 'ast-ts'), text(3, version), lengthPrefix(7, graphSize)];
  const start = Uint8Array.from([...header.flat(), ...operators]);
  const size = start.length + graphSize - operators.length;
  if (size > MOST_BYTES)
    throw new CheckpointError(
      `The model makes an ONNX file of ${(size / 1e9).toFixed(1)} GB, and one can hold 2.1 GB at most. ` +
        'Weights in int8 take a quarter; savePretrained writes models of any size.',
    );
  return { size, chunks: write() };

  async function* write(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield start;
    for (const tensor of tensors) {
      yield tensor.start;
      const { buffer, byteOffset, byteLength } = await tensor.initializer.read();
      if (byteLength !== tensor.size)
        throw new CheckpointError(
          `Tensor ${tensor.initializer.name}: expected ${tensor.size} bytes, got ${byteLength}.`,
          [tensor.initializer.name],
        );
      yield new Uint8Array(buffer, byteOffset, byteLength);
    }
  }
}

/** What comes before a tensor's values, which are `size` bytes. */
function encodeTensor({ name, type, shape }: Initializer): { start: Uint8Array<ArrayBuffer>; size: number } {
  const size = shape.reduce((product, side) => product * side, type === 'float32' ? 4 : 1);
  const fields = [
    ...shape.map((side) => int(1, side)),
    int(2, elementTypes[type]),
    text(8, name),
    lengthPrefix(9, size),
  ].flat();
  return { start: Uint8Array.from([...lengthPrefix(5, fields.length + size), ...fields]), size };
}
