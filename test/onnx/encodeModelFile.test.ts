import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../src/errors.js';
import { encodeModelFile, type Initializer, node } from '../../src/onnx/index.js';

/** y = x + w */
const fileOf = (...initializers: Initializer[]) =>
  encodeModelFile({
    name: 'sum',
    opset: 17,
    graph: {
      inputs: { x: 'float32' },
      outputs: ['y'],
      shapes: { x: ['rows', 3], y: ['rows', 3] },
      nodes: [node('Add', ['x', 'w'], 'y')],
    },
    initializers,
  });
const weight = (shape: readonly number[], read: Initializer['read']): Initializer => ({
  name: 'w',
  type: 'float32',
  shape,
  read,
});

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('an ONNX file with weights', () => {
  it('is read by ONNX Runtime, with the shapes of what goes in and out', async () => {
    const part = new Float32Array([9, 10, 20, 30, 9]).subarray(1, 4); // a view of more
    const session = await InferenceSession.create(await bytesOf(fileOf(weight([3], async () => part)).chunks));
    expect(session.inputMetadata).toEqual([{ name: 'x', isTensor: true, type: 'float32', shape: ['rows', 3] }]);
    expect(session.outputMetadata).toEqual([{ name: 'y', isTensor: true, type: 'float32', shape: ['rows', 3] }]);
    const { y } = await session.run({ x: new Tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3]) });
    expect([...(y!.data as Float32Array)]).toEqual([11, 22, 33, 14, 25, 36]);
  });

  it('reads a tensor when its turn comes', async () => {
    const read: string[] = [];
    const named = (name: string): Initializer => ({
      ...weight([1], async () => {
        read.push(name);
        return Float32Array.of(1);
      }),
      name,
    });
    const { chunks, size } = fileOf(named('w'), named('unused'));
    expect(read).toEqual([]);
    const iterator = chunks[Symbol.asyncIterator]();
    let bytes = 0;
    for (let i = 0; i < 3; i++) bytes += (await iterator.next()).value.length; // the graph, what w is, its values
    expect(read).toEqual(['w']);
    bytes += (await bytesOf(chunks)).length;
    expect(read).toEqual(['w', 'unused']);
    expect(bytes).toBe(size);
  });

  it('cannot be larger than Protocol Buffers count, which is told before a tensor is read', () => {
    const never = () => Promise.reject(new Error('read'));
    const billion = weight([1000, 1000, 1000], never);
    expect(() => fileOf(billion)).toThrow(CheckpointError);
    expect(() => fileOf(billion)).toThrow('ONNX file of 4.0 GB, and one can hold 2.1 GB at most');
    expect(() => fileOf(weight([2 ** 29 - 100], never))).not.toThrow();
    expect(() => fileOf(weight([2 ** 29], never))).toThrow(CheckpointError);
  });

  it('is not finished with values of another length', async () => {
    const wrong = fileOf(weight([3], async () => new Float32Array(2)));
    await expect(bytesOf(wrong.chunks)).rejects.toThrow('Tensor w: expected 12 bytes, got 8.');
  });
});
