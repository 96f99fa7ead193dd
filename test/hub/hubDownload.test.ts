import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { HubError } from '../../src/errors.js';
import { openRepository, type RepositoryOptions } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

const weights = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);
const sha256 = createHash('sha256').update(weights).digest('hex');
const files = { 'config.json': '{"hidden_size": 32}', 'model.safetensors': weights };

let hub: FakeHub;
let cacheDir: string;
let warnings: string[];
beforeEach(async () => {
  vi.stubEnv('HF_TOKEN', undefined);
  vi.stubEnv('HF_HOME', join(tmpdir(), 'none'));
  cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  warnings = [];
  hub = await startFakeHub({ repos: { 'me/birds': { files } } });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

async function readFile(path: string, options: RepositoryOptions = {}): Promise<Uint8Array> {
  const repository = await openRepository('me/birds', {
    hubUrl: hub.url,
    cacheDir,
    retry: { waitSeconds: 0.01 },
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  const source = await repository.open(path);
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}
const readWeights = (options?: RepositoryOptions) => readFile('model.safetensors', options);
const once = { retry: { retries: 0 } };

const blobs = () => join(cacheDir, 'models--me--birds', 'blobs');
const blobNames = () => (existsSync(blobs()) ? readdirSync(blobs()) : []);
const ranges = () => hub.requests.flatMap(({ path, range }) => (path.startsWith('/cdn/') ? [range] : []));

describe('a download', () => {
  it.each(['cut', 'short'] as const)('goes on where it broke off: %s', async (fault) => {
    hub.fail('model.safetensors', fault, 2);
    expect(await readWeights()).toEqual(weights);
    expect(ranges()).toEqual(['bytes=0-99999', 'bytes=50000-99999', 'bytes=75000-99999']);
    expect(warnings).toHaveLength(2);
    expect(blobNames()).toEqual([sha256]);
  });

  it('goes on in the next call, also of another process, when the first gives up', async () => {
    hub.fail('model.safetensors', 'cut');
    await expect(readWeights(once)).rejects.toThrow('the connection broke half way');
    expect(blobNames()).toEqual([`${sha256}.ast-ts.incomplete`]);
    expect(await readWeights()).toEqual(weights);
    expect(ranges().at(-1)).toBe('bytes=50000-99999');
    expect(blobNames()).toEqual([sha256]);
  });

  it('reports progress from where it goes on', async () => {
    hub.fail('model.safetensors', 'cut');
    await expect(readWeights(once)).rejects.toThrow(HubError);
    const seen: number[] = [];
    await readWeights({ onProgress: ({ loaded }) => seen.push(loaded) });
    expect(seen[0]).toBeGreaterThan(50_000);
    expect(seen.at(-1)).toBe(100_000);
  });

  it('goes on from what the Python library left, unless that may still be growing', async () => {
    mkdirSync(blobs(), { recursive: true });
    const theirs = join(blobs(), `${sha256}.incomplete`);
    writeFileSync(theirs, weights.subarray(0, 60_000));
    expect(await readWeights()).toEqual(weights);
    expect(ranges()).toEqual(['bytes=0-99999']);
    expect(statSync(theirs).size).toBe(60_000);

    rmSync(join(blobs(), sha256));
    rmSync(join(cacheDir, 'models--me--birds', 'snapshots'), { recursive: true });
    utimesSync(theirs, new Date(0), new Date(0));
    expect(await readWeights()).toEqual(weights);
    expect(ranges().at(-1)).toBe('bytes=60000-99999');
    expect(blobNames()).toEqual([sha256]);
  });

  it('begins again when what was there before is not the beginning of the file, or longer than it', async () => {
    for (const garbage of [new Uint8Array(70_000).fill(7), new Uint8Array(200_000)]) {
      rmSync(cacheDir, { recursive: true });
      mkdirSync(blobs(), { recursive: true });
      writeFileSync(join(blobs(), `${sha256}.ast-ts.incomplete`), garbage);
      expect(await readWeights()).toEqual(weights);
      expect(ranges().at(-1)).toBe('bytes=0-99999');
    }
    expect(warnings).toEqual([expect.stringMatching(/arrived whole, but is not what the Hub has: its SHA-256 is/)]);
  });

  it('takes the whole file from a server that ignores ranges, also where it would go on', async () => {
    hub.fail('model.safetensors', 'cut');
    hub.fail('model.safetensors', 'ignore-range');
    expect(await readWeights()).toEqual(weights);
    expect(ranges()).toHaveLength(2);
  });

  it.each(['model.safetensors', 'config.json'])(
    'of %s refuses bytes that are not what the Hub promised',
    async (path) => {
      const proxy: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        if (!response.headers.has('Content-Range')) return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        bytes[5]! ^= 1;
        return new Response(bytes, response);
      };
      const reading = readFile(path, { fetch: proxy });
      await expect(reading).rejects.toMatchObject({ reason: 'content' });
      await expect(reading).rejects.toThrow(/is not what the Hub has: its (SHA-256|hash as git computes it) is/);
      expect(blobNames()).toEqual([]);
      expect(Buffer.from(await readFile(path))).toEqual(Buffer.from(files[path as keyof typeof files]));
    },
  );

  it('never mixes two states of a file: one that changes under way is read anew', async () => {
    const other = weights.map((byte) => 255 - byte);
    let isFirst = true;
    const changing: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!response.headers.has('Content-Range') || !isFirst) return response;
      isFirst = false;
      const pieces = [other.subarray(0, 30_000)];
      const broken = new ReadableStream(
        {
          pull(controller) {
            const piece = pieces.pop();
            if (!piece) throw new Error('reset'); // once the first has been read
            controller.enqueue(piece);
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(broken, {
        status: 206,
        headers: { ...Object.fromEntries(response.headers), ETag: '"other"' },
      });
    };
    expect(await readWeights({ fetch: changing })).toEqual(weights);
    expect(ranges()).toEqual(['bytes=0-99999', 'bytes=30000-99999', 'bytes=0-99999']);
    expect(warnings.at(-1)).toContain('changed on the server while it was read');
  });

  it('of two callers at once is one', async () => {
    expect(await Promise.all([readWeights(), readWeights(), readWeights()])).toEqual([weights, weights, weights]);
    expect(ranges()).toHaveLength(1);
    expect(readdirSync(join(cacheDir, '.locks', 'models--me--birds'))).toEqual([]);
    expect(warnings.every((text) => text.includes('is being downloaded already'))).toBe(true);
  });
});

describe('a disk', () => {
  it('that has too little room is told of before anything is sent', async () => {
    vi.spyOn(platform.files!, 'freeBytes').mockResolvedValue(1000);
    const reading = readWeights();
    await expect(reading).rejects.toMatchObject({ reason: 'disk' });
    await expect(reading).rejects.toThrow(/needs 0\.1 MB more, and the disk of .* has 0\.0 MB left.*HF_HUB_CACHE/);
    expect(ranges()).toEqual([]);
  });

  it('that fills up under way is told of; what came stays, and the next call goes on', async () => {
    const { openForWriting } = platform.files!;
    vi.spyOn(platform.files!, 'openForWriting').mockImplementation(async (path) => {
      const writer = await openForWriting(path);
      return {
        ...writer,
        async write(bytes, position) {
          const room = Math.max(0, 40_000 - position);
          await writer.write(bytes.subarray(0, room), position); // as the system does, which writes what fits
          if (bytes.length > room)
            throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        },
      };
    });
    const reading = readWeights();
    await expect(reading).rejects.toMatchObject({ reason: 'disk', cause: { code: 'ENOSPC' } });
    await expect(reading).rejects.toThrow(/is full.*What was downloaded so far is kept: make room/);
    expect(readFileSync(join(blobs(), `${sha256}.ast-ts.incomplete`))).toEqual(
      Buffer.from(weights.subarray(0, 40_000)),
    );
    vi.restoreAllMocks();
    expect(await readWeights()).toEqual(weights);
    expect(ranges()).toEqual(['bytes=0-99999', 'bytes=40000-99999']);
  });

  it('that may not be written is told of', async () => {
    vi.spyOn(platform.files!, 'openForWriting').mockRejectedValue(
      Object.assign(new Error('EACCES'), { code: 'EACCES' }),
    );
    await expect(readWeights()).rejects.toThrow(/cannot be written to .* \(EACCES\): see to its permissions/);
  });
});
