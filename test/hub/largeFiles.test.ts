import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { openCheckpoint, openRepository, openSafetensors } from '../../src/hub/index.js';

const GB = 2 ** 30;
/** Elements: the second tensor lies beyond 2 GB, the fourth beyond 4 GB of the file. */
const LENGTHS = { zeros: 0.6 * GB, near: 1000, 'more zeros': 0.6 * GB, far: 2000 };

let directory: string;
let path: string;
let size: number;

/** A file with holes: of its 5 GB, the disk holds a few pages. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-large-'));
  path = join(directory, 'model.safetensors');
  let at = 0;
  const entries = Object.entries(LENGTHS).map(([name, length]) => {
    const elements = Math.round(length);
    const data_offsets = [at, (at += 4 * elements)];
    return [name, { dtype: 'F32', shape: [elements], data_offsets }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  size = 8 + header.length + at;
  const handle = await open(path, 'w');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await handle.write(Buffer.concat([length, header]), 0);
  await handle.truncate(size);
  for (const name of ['near', 'far'] as const) {
    const values = Float32Array.from({ length: LENGTHS[name] }, (_, i) => (name === 'near' ? i : -i));
    const start = entries.find(([tensor]) => tensor === name)![1].data_offsets[0]!;
    await handle.write(new Uint8Array(values.buffer), 0, values.byteLength, 8 + header.length + start);
  }
  await handle.close();
});
afterAll(() => rm(directory, { recursive: true }));

describe('a file of 5 GB', () => {
  it('gives its tensors beyond 2 and 4 GB, and nothing else of it is read', async () => {
    expect((await stat(path)).size).toBeGreaterThan(4.5 * GB);
    expect((await stat(path)).blocks * 512).toBeLessThan(2 ** 20); // the test costs no disk
    const source = await platform.files!.open(path);
    let bytes = 0;
    const file = await openSafetensors({
      ...source,
      read: (start, end) => {
        bytes += end - start;
        return source.read(start, end);
      },
    });
    expect(file.tensors.get('near')!.start).toBeGreaterThan(2 * GB);
    expect(file.tensors.get('far')!.start).toBeGreaterThan(4 * GB);
    expect((await file.read('near')).data).toEqual(Float32Array.from({ length: 1000 }, (_, i) => i));
    expect((await file.read('far')).data).toEqual(Float32Array.from({ length: 2000 }, (_, i) => -i));
    expect(bytes).toBeLessThan(20_000);
    await file.close();
  });

  it('gives a tensor that is larger than 2 GB itself', async () => {
    const weights = await openCheckpoint(await openRepository(directory), 'model.safetensors');
    const { data } = await weights.read('zeros');
    expect(data.byteLength).toBeGreaterThan(2 * GB);
    expect([data.at(0), data.at(-1)]).toEqual([0, 0]);
    await weights.close();
  });
});
