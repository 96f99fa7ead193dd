import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { CheckpointError } from '../../src/errors.js';
import { memorySource, openSafetensors } from '../../src/hub/index.js';
import { describeWithShared, readGolden, readGoldenJson, sharedPath } from '../support/golden.js';

/** A file with this header (an object, or its text) and `dataBytes` bytes 0, 1, 2, … after it. */
function fileWith(header: unknown, dataBytes = 0, claimedLength?: bigint): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimedLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  for (let i = 0; i < dataBytes; i++) bytes[8 + text.length + i] = i;
  return bytes;
}

const open = (bytes: Uint8Array) => openSafetensors(memorySource('test.safetensors', bytes));
const f32 = (shape: unknown, data_offsets: unknown) => ({ dtype: 'F32', shape, data_offsets });

describe('openSafetensors', () => {
  it('lists tensors in file order, with absolute places, and the metadata', async () => {
    const header = { b: f32([2, 1], [4, 12]), __metadata__: { format: 'pt' }, a: f32([], [0, 4]) };
    const file = await open(fileWith(header, 12));
    const start = 8 + JSON.stringify(header).length;
    expect([...file.tensors]).toEqual([
      ['a', { dtype: 'F32', shape: [], start, end: start + 4 }],
      ['b', { dtype: 'F32', shape: [2, 1], start: start + 4, end: start + 12 }],
    ]);
    expect(file.metadata).toEqual({ format: 'pt' });
    expect((await file.read('b')).data).toEqual(new Float32Array(Uint8Array.of(4, 5, 6, 7, 8, 9, 10, 11).buffer));
  });

  it('accepts a header padded with spaces, tensors of size zero, and a file without tensors', async () => {
    const header = { none: f32([0, 7], [0, 0]), one: f32([1], [0, 4]), end: f32([0], [4, 4]) };
    const file = await open(fileWith(`${JSON.stringify(header)}     `, 4));
    expect((await file.read('none')).data).toHaveLength(0);
    expect([...file.tensors.keys()]).toEqual(['none', 'one', 'end']);
    expect((await open(fileWith('{}'))).tensors.size).toBe(0);
  });

  it('takes a tensor called __proto__ for what it is', async () => {
    const file = await open(fileWith('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}', 4));
    expect((await file.read('__proto__')).shape).toEqual([1]);
  });

  const entry = '{"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}';
  const big = Number.MAX_SAFE_INTEGER;
  const violations: [what: string, bytes: Uint8Array, message: RegExp, tensors?: string[]][] = [
    ['fewer than 8 bytes', Uint8Array.of(1, 2, 3), /has 3/],
    ['a header longer than the file', fileWith('{}', 0, 3n), /header of 3 bytes/],
    ['a header longer than 100 MB', fileWith('{}', 0, 100_000_001n), /header of 100000001 bytes/],
    ['a header length beyond 2^53', fileWith('{}', 0, 2n ** 64n - 1n), /header of 18446744073709551615 bytes/],
    ['an empty header', fileWith(''), /begins with "\{", got an empty header/],
    ['a header that begins with a space', fileWith(' {}'), /got byte 0x20/],
    ['a header that is an array', fileWith('[]'), /got byte 0x5b/],
    ['a header that is not JSON', fileWith('{"a" }'), /not valid JSON in UTF-8, at byte 5/],
    ['a header that is not UTF-8', fileWith('{}').fill(0xff, 9, 10), /not valid JSON in UTF-8/],
    ['a tensor that is there twice', fileWith(`{"a": ${entry}, "a": ${entry}}`, 4), /"a" twice/, ['a']],
    ['a shape that is there twice', fileWith(`{"a": {"shape": [1], ${entry.slice(1)}}`, 4), /"shape" twice/, ['shape']],
    ['metadata that is not an object', fileWith({ __metadata__: ['pt'] }), /must be an object/],
    ['metadata that is null', fileWith({ __metadata__: null }), /must be an object/],
    ['metadata with a number', fileWith({ __metadata__: { step: 1 } }), /"step" to 1/],
    ['an entry that is not an object', fileWith({ a: 1 }), /expected an object/, ['a']],
    ['an entry without a shape', fileWith({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), /exactly/, ['a']],
    ['an entry with a surplus field', fileWith({ a: { ...f32([1], [0, 4]), scale: 2 } }, 4), /exactly/, ['a']],
    ['an unknown dtype', fileWith({ a: { ...f32([1], [0, 4]), dtype: 'F33' } }, 4), /"F33"/, ['a']],
    ['a dtype that every object has', fileWith({ a: { ...f32([1], [0, 4]), dtype: 'valueOf' } }, 4), /dtype/, ['a']],
    ['a negative dimension', fileWith({ a: f32([-1, -1], [0, 4]) }, 4), /shape \[-1,-1\]/, ['a']],
    ['a fractional dimension', fileWith({ a: f32([0.5, 2], [0, 4]) }, 4), /shape \[0.5,2\]/, ['a']],
    ['a dimension that is a string', fileWith({ a: f32(['1'], [0, 4]) }, 4), /shape \["1"\]/, ['a']],
    ['a shape that is a number', fileWith({ a: f32(1, [0, 4]) }, 4), /shape 1/, ['a']],
    ['a dimension beyond 2^53', fileWith({ a: f32([2 ** 53], [0, 4]) }, 4), /shape/, ['a']],
    ['a product beyond 2^53', fileWith({ a: f32([big, big, 0], [0, 0]) }), /too many elements/, ['a']],
    ['offsets in reverse', fileWith({ a: f32([1], [4, 0]) }, 4), /data_offsets \[4,0\]/, ['a']],
    ['three offsets', fileWith({ a: f32([1], [0, 4, 8]) }, 4), /data_offsets/, ['a']],
    ['a negative offset', fileWith({ a: f32([1], [-4, 0]) }, 4), /data_offsets/, ['a']],
    ['a shape larger than its bytes', fileWith({ a: f32([2], [0, 4]) }, 4), /takes 8 bytes, .* span 4/, ['a']],
    ['elements of part of a byte', fileWith({ a: { ...f32([3], [0, 1]), dtype: 'F4' } }, 1), /takes 1.5 bytes/, ['a']],
    ['a hole at the beginning', fileWith({ a: f32([1], [4, 8]) }, 8), /hole of 4 bytes after the header/, ['a']],
    ['a hole', fileWith({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), /hole of 4 bytes after tensor "a"/, ['b']],
    ['an overlap', fileWith({ a: f32([2], [0, 8]), b: f32([1], [4, 8]) }, 8), /"b" overlaps tensor "a"/, ['b']],
    ['one place for two', fileWith({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4), /"b" overlaps/, ['b']],
    ['a file cut short', fileWith({ a: f32([2], [0, 8]) }, 7), /1 bytes after the end of the file/, ['a']],
    ['bytes after the last tensor', fileWith({ a: f32([1], [0, 4]) }, 5), /1 bytes that belong to no tensor/, ['a']],
    ['bytes without tensors', fileWith({}, 5), /the header is followed by 5 bytes/],
  ];
  it.each(violations)('refuses %s', async (_, bytes, message, tensors = []) => {
    const error = await open(bytes).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as CheckpointError).message).toMatch(message);
    expect((error as CheckpointError).message).toContain('test.safetensors');
    expect((error as CheckpointError).tensors).toEqual(tensors);
  });

  it('closes the source of a file that it refuses', async () => {
    let closed = 0;
    const source = { ...memorySource('x', fileWith('[]')), close: async () => void closed++ };
    await expect(openSafetensors(source)).rejects.toThrow(CheckpointError);
    expect(closed).toBe(1);
  });
});

describe('SafetensorsFile.read', () => {
  it('reads a tensor with a single read of the file, into a buffer of its own', async () => {
    const source = memorySource('x', fileWith({ a: f32([2], [0, 8]), b: f32([1], [8, 12]) }, 12));
    const reads: number[] = [];
    const file = await openSafetensors({
      ...source,
      read: (start, end) => {
        reads.push(end - start);
        return source.read(start, end);
      },
    });
    reads.length = 0;
    const first = await file.read('a');
    expect(reads).toEqual([8]);
    first.data.fill(0);
    expect((await file.read('a')).data[0]).not.toBe(0);
  });

  it('widens F16 and BF16', async () => {
    const header = {
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      brain: { dtype: 'BF16', shape: [1, 2], data_offsets: [4, 8] },
    };
    const bytes = fileWith(header, 8);
    const view = new DataView(bytes.buffer, bytes.length - 8);
    [0x3c00, 0x8001, 0x3fc0, 0xff80].forEach((bits, i) => {
      view.setUint16(2 * i, bits, true);
    });
    const file = await open(bytes);
    expect(await file.read('half')).toEqual({ shape: [2], data: Float32Array.of(1, -(2 ** -24)) });
    expect(await file.read('brain')).toEqual({ shape: [1, 2], data: Float32Array.of(1.5, Number.NEGATIVE_INFINITY) });
  });

  it.each(['I64', 'F64', 'U8', 'F8_E4M3'])('lists a tensor of dtype %s but refuses to read it', async (dtype) => {
    const size = { I64: 8, F64: 8 }[dtype] ?? 1;
    const file = await open(fileWith({ step: { dtype, shape: [1], data_offsets: [0, size] } }, size));
    expect(file.tensors.get('step')?.dtype).toBe(dtype);
    await expect(file.read('step')).rejects.toThrow(`tensor "step" has dtype ${dtype}; expected F32, F16 or BF16`);
    await expect(file.read('step')).rejects.toMatchObject({ name: 'CheckpointError', tensors: ['step'] });
  });

  it('refuses a name that the file does not have', async () => {
    const file = await open(fileWith({ a: f32([1], [0, 4]) }, 4));
    await expect(file.read('b')).rejects.toThrow('no tensor "b" among its 1');
  });

  it('reads all tensors in file order', async () => {
    const file = await open(fileWith({ second: f32([1], [4, 8]), first: f32([1], [0, 4]) }, 8));
    const names: string[] = [];
    for await (const [name, { data }] of file.readAll()) {
      names.push(name);
      expect(data).toEqual((await file.read(name)).data);
    }
    expect(names).toEqual(['first', 'second']);
  });
});

describeWithShared('openSafetensors on a checkpoint of Hugging Face', 'golden/ast-tiny/model.safetensors', () => {
  const path = sharedPath('golden', 'ast-tiny', 'model.safetensors');

  it('reads every tensor bit by bit as the reference reader does', async () => {
    const file = await openSafetensors(await platform.files!.open(path));
    const golden = readGolden('golden', 'ast-tiny', 'model.safetensors');
    expect([...file.tensors.keys()].sort()).toEqual([...golden.keys()].sort());
    for await (const [name, tensor] of file.readAll()) expect(tensor).toEqual(golden.get(name));
    await file.close();
  });

  it('finds the names and shapes that the configuration implies', async () => {
    const file = await openSafetensors(memorySource(path, readFileSync(path)));
    const config = readGoldenJson('golden', 'ast-tiny', 'config.json') as Record<string, number>;
    const hidden = config['hidden_size']!;
    const prefix = 'audio_spectrogram_transformer.';
    const shapes = Object.fromEntries([...file.tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({
      [`${prefix}embeddings.cls_token`]: [1, 1, hidden],
      [`${prefix}embeddings.position_embeddings`]: [1, 12, hidden],
      [`${prefix}embeddings.patch_embeddings.projection.weight`]: [hidden, 1, 16, 16],
      [`${prefix}encoder.layer.1.attention.attention.query.weight`]: [hidden, hidden],
      [`${prefix}encoder.layer.1.intermediate.dense.weight`]: [config['intermediate_size'], hidden],
      [`${prefix}layernorm.bias`]: [hidden],
      'classifier.dense.weight': [5, hidden],
    });
  });
});
