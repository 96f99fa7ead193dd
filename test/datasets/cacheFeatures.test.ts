import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import {
  type AudioDataset,
  type CacheFeaturesOptions,
  cacheFeatures,
  groupLabels,
  inMemoryDataset,
  loadDataset,
  subset,
  syntheticDataset,
} from '../../src/datasets/index.js';
import { openSafetensors } from '../../src/hub/index.js';
import { sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const extractor = new MelSpectrogramExtractor({ maxLength: 40 });
const hertz = { low: [200, 300, 400], high: [2000, 3000] };

/** A directory with a class of low and a class of high tones. */
const soundDirectory = (): string =>
  temporaryDirectory(
    Object.fromEntries(
      Object.entries(hertz).flatMap(([label, tones]) =>
        tones.map((tone) => [`${label}/${tone}.wav`, sineWav(tone, 0.3)]),
      ),
    ),
  );

/** The features as they are without a cache. */
const direct = async (dataset: AudioDataset, index: number) => extractor.extract((await dataset.get(index)).waveform);

/** The same data set, and how often sounds of it were decoded. */
function counted(dataset: AudioDataset): { dataset: AudioDataset; get: ReturnType<typeof vi.fn> } {
  const get = vi.fn((index: number) => dataset.get(index));
  return { dataset: { ...dataset, get: (index) => get(index) }, get };
}

const fileIn = (directory: string): string => {
  const names = readdirSync(directory);
  expect(names).toHaveLength(1);
  return join(directory, names[0]!);
};

describe('cacheFeatures', () => {
  it('gives the same features as the sounds, and decodes each sound once, in all runs together', async () => {
    const [directory, sounds] = [temporaryDirectory(), soundDirectory()];
    const { dataset, get } = counted(await loadDataset(sounds));
    const cached = await cacheFeatures(dataset, extractor, { directory });
    expect(get).toHaveBeenCalledTimes(5);
    for (let index = 0; index < 5; index++)
      expect(await cached.features!.read(index)).toEqual(await direct(dataset, index));

    const again = counted(await loadDataset(sounds));
    const second = await cacheFeatures(again.dataset, extractor, { directory });
    expect(await second.features!.read(4)).toEqual(await direct(dataset, 4));
    expect(again.get).not.toHaveBeenCalled();
  });

  it('keeps ids, labels and sounds of the data set', async () => {
    const dataset = await loadDataset(soundDirectory());
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory() });
    expect([cached.name, cached.labels, cached.length]).toEqual([dataset.name, dataset.labels, 5]);
    expect(await cached.get(3)).toEqual(await dataset.get(3));
  });

  it('rounds by at most 2^-11 of a value in float16, in half the space', async () => {
    const dataset = await loadDataset(soundDirectory());
    const sizes = await Promise.all(
      (['float16', 'float32'] as const).map(async (dtype) => {
        const directory = temporaryDirectory();
        const cached = await cacheFeatures(dataset, extractor, { directory, dtype });
        const [{ data }, exact] = [await cached.features!.read(2), (await direct(dataset, 2)).data];
        const worst = Math.max(...data.map((value, i) => Math.abs(value - exact[i]!) / Math.abs(exact[i]!)));
        expect(worst).toBeLessThanOrEqual(dtype === 'float16' ? 2 ** -11 : 0);
        return statSync(fileIn(directory)).size;
      }),
    );
    expect(sizes[1]! - sizes[0]!).toBeGreaterThanOrEqual(5 * 40 * 128 * 2);
  });

  it('writes one safetensors file of features and check sums', async () => {
    const directory = temporaryDirectory();
    const dataset = await loadDataset(soundDirectory());
    await cacheFeatures(dataset, extractor, { directory });
    const file = await openSafetensors(await platform.files!.open(fileIn(directory)));
    expect([...file.tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['features', 'F32', [5, 40, 128]],
      ['checksums', 'I32', [5]],
    ]);
    const { data } = await file.read('features');
    expect(data.subarray(0, 40 * 128)).toEqual((await direct(dataset, 0)).data);
    await file.close();
  });

  it('serves parts and groups of the data set from the same file', async () => {
    const { dataset, get } = counted(await loadDataset(soundDirectory()));
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory() });
    get.mockClear();
    const part = subset(groupLabels(cached, { tones: ['low', 'high'] }), [4, 1]);
    expect(part.labels).toEqual(['tones']);
    const features = await part.features!.read(0);
    expect(get).not.toHaveBeenCalled();
    expect(features).toEqual(await direct(dataset, 4));
  });

  it('tells how far it is', async () => {
    const onProgress = vi.fn();
    const directory = temporaryDirectory();
    const dataset = await loadDataset(soundDirectory());
    await cacheFeatures(dataset, extractor, { directory, onProgress });
    expect(onProgress.mock.calls).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  });

  it('leaves nothing behind when it is broken off', async () => {
    const directory = temporaryDirectory();
    const dataset = await loadDataset(soundDirectory());
    const lost = {
      ...dataset,
      get: (index: number) => (index < 3 ? dataset.get(index) : Promise.reject(new Error('the connection is lost'))),
    };
    await expect(cacheFeatures(lost, extractor, { directory })).rejects.toThrow('the connection is lost');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('asks the sound again for a recording that could not be read, which then says why', async () => {
    const sounds = soundDirectory();
    writeFileSync(join(sounds, 'low', '300.wav'), 'not a sound');
    const cached = await cacheFeatures(await loadDataset(sounds), extractor, { directory: temporaryDirectory() });
    const index = [...Array(5).keys()].find((i) => cached.idOf(i) === 'low/300.wav')!;
    await expect(cached.features!.read(index)).rejects.toThrow(/^The recording low\/300.wav of .* cannot be read/);
    expect((await cached.features!.read(index + 1)).frames).toBe(40);
  });

  it('refuses a recording that does not exist', async () => {
    const cached = await cacheFeatures(await loadDataset(soundDirectory()), extractor, {
      directory: temporaryDirectory(),
    });
    await expect(cached.features!.read(5)).rejects.toThrow(RangeError);
  });
});

describe('a file of cached features', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Caches, changes something, and caches again. */
  async function rebuilt(
    change: (paths: { sounds: string; file: string }) => void,
    options: CacheFeaturesOptions = {},
  ): Promise<{ messages: string[]; decoded: number; matches: boolean }> {
    const [directory, sounds] = [temporaryDirectory(), soundDirectory()];
    await cacheFeatures(await loadDataset(sounds), extractor, { directory });
    change({ sounds, file: fileIn(directory) });
    const messages: string[] = [];
    const { dataset, get } = counted(await loadDataset(sounds));
    const onRebuild = (message: string) => messages.push(message);
    const cached = await cacheFeatures(dataset, extractor, { directory, onRebuild, ...options });
    const decoded = get.mock.calls.length;
    const matches: boolean[] = [];
    for (let index = 0; index < cached.length; index++) {
      const [found, expected] = [await cached.features!.read(index), await direct(dataset, index)];
      matches.push(Buffer.from(found.data.buffer).equals(Buffer.from(expected.data.buffer)));
    }
    fileIn(directory);
    return { messages, decoded, matches: matches.every(Boolean) };
  }

  it('is used as it is when nothing has changed', async () => {
    expect(await rebuilt(() => {})).toEqual({ messages: [], decoded: 0, matches: true });
  });

  it('is made again, saying so, when a sound has another size', async () => {
    const { messages, decoded, matches } = await rebuilt(({ sounds }) =>
      writeFileSync(join(sounds, 'low', '200.wav'), sineWav(500, 0.2)),
    );
    expect(messages).toEqual([
      expect.stringMatching(/^ast-ts: the features in .* are made again: the sounds have changed since$/),
    ]);
    expect([decoded, matches]).toEqual([5, true]);
  });

  it('is made again when a sound of the same size was written later', async () => {
    const { messages, matches } = await rebuilt(({ sounds }) => {
      writeFileSync(join(sounds, 'low', '200.wav'), sineWav(500, 0.3));
      utimesSync(join(sounds, 'low', '200.wav'), new Date(), new Date(Date.now() + 5000));
    });
    expect([messages.length, matches]).toEqual([1, true]);
  });

  it.each([
    ['cut short', (file: string) => truncateSync(file, statSync(file).size - 1)],
    ['cut off in the header', (file: string) => truncateSync(file, 20)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['something else', (file: string) => writeFileSync(file, 'something else that is long enough')],
  ])('is made again, saying so, when it is %s', async (_, damage) => {
    const { messages, decoded, matches } = await rebuilt(({ file }) => damage(file));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('made again');
    expect([decoded, matches]).toEqual([5, true]);
  });

  it('gives way to the sound, saying so, for the one recording whose features are damaged', async () => {
    const { messages, decoded, matches } = await rebuilt(({ file }) => {
      const bytes = readFileSync(file);
      const row = 40 * 128 * 4;
      bytes[bytes.length - 5 * 4 - 2 * row - 9]! ^= 1; // a bit of the third of five clips
      writeFileSync(file, bytes);
    });
    expect(messages).toEqual([expect.stringMatching(/the features of low\/200.wav are damaged; its sound is read/)]);
    expect([decoded, matches]).toEqual([0, true]);
  });

  it.each([
    ['extractor', { maxLength: 41 }, {}],
    ['extractor', { mean: -6.6268077, std: 5.358466 }, {}],
    ['dtype', {}, { dtype: 'float16' as const }],
  ])('is another for another %s', async (_, config, options) => {
    const [directory, dataset] = [temporaryDirectory(), await loadDataset(soundDirectory())];
    await cacheFeatures(dataset, extractor, { directory });
    await cacheFeatures(dataset, new MelSpectrogramExtractor({ ...extractor.config, ...config }), {
      directory,
      ...options,
    });
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('lies in the cache directory of the library unless told otherwise', async () => {
    const directory = temporaryDirectory();
    vi.stubEnv('AST_TS_CACHE', directory);
    await cacheFeatures(await loadDataset(soundDirectory()), extractor);
    vi.unstubAllEnvs();
    expect(fileIn(join(directory, 'features'))).toMatch(/\.safetensors$/);
  });

  it('warns on the console unless told otherwise', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await rebuilt(({ file }) => truncateSync(file, 0), { onRebuild: undefined });
    expect(warn).toHaveBeenCalledOnce();
  });
});

describe('what identifies the sounds', () => {
  const waveform = (value: number) => ({ samples: new Float32Array(4000).fill(value), sampleRate: 16000 });
  const inMemory = (value: number) =>
    inMemoryDataset(
      [
        { label: 'a', waveform: waveform(0.5) },
        { label: 'b', waveform: waveform(value) },
      ],
      ['a', 'b'],
    );

  it.each([
    ['clips in memory', () => inMemory(0.1), () => inMemory(0.2)],
    [
      'synthetic sounds',
      () => syntheticDataset({ clipsPerClass: 5, seconds: 0.2, folds: [1] }),
      () => syntheticDataset({ clipsPerClass: 5, seconds: 0.3, folds: [1] }),
    ],
  ])('is, for %s, the same when they are the same, and else another', async (_, one, other) => {
    expect(await one().fingerprint!()).toBe(await one().fingerprint!());
    expect(await one().fingerprint!()).not.toBe(await other().fingerprint!());
  });

  it('must be given for a data set that does not know', async () => {
    const { fingerprint: _, ...dataset } = inMemory(0.1);
    const directory = temporaryDirectory();
    await expect(cacheFeatures(dataset, extractor, { directory })).rejects.toThrow(
      'clips in memory does not say when its sounds change (it has no fingerprint()); ' +
        'pass { fingerprint: a text that you change when they do }.',
    );
    await cacheFeatures(dataset, extractor, { directory, fingerprint: 'first' });
    const onRebuild = vi.fn();
    await cacheFeatures(dataset, extractor, { directory, fingerprint: 'first', onRebuild });
    expect(onRebuild).not.toHaveBeenCalled();
    await cacheFeatures(dataset, extractor, { directory, fingerprint: 'second', onRebuild });
    expect(onRebuild).toHaveBeenCalledOnce();
  });
});

describe('cacheFeatures refuses', () => {
  it('a value that float16 cannot hold, and names float32', async () => {
    const loud = { extract: () => ({ data: Float32Array.of(1, 1e6), frames: 1, bins: 2 }) };
    const dataset = await loadDataset(soundDirectory());
    await expect(cacheFeatures(dataset, loud, { directory: temporaryDirectory(), dtype: 'float16' })).rejects.toThrow(
      'The feature 1000000 does not fit float16, which ends at 65504; cache as float32.',
    );
  });

  it('features of changing size', async () => {
    const growing = {
      extract: ({ samples }: { samples: Float32Array }) => ({ data: samples, frames: 1, bins: samples.length }),
    };
    await expect(
      cacheFeatures(await loadDataset(soundDirectory()), growing, { directory: temporaryDirectory() }),
    ).rejects.toThrow(/expected features of 1 frames x 16000 bins/);
  });

  it('a number of threads that is none', async () => {
    const dataset = await loadDataset(soundDirectory());
    await expect(cacheFeatures(dataset, extractor, { workers: 1.5 })).rejects.toThrow(
      'Expected workers to be an integer of 0 or more, got 1.5.',
    );
  });
});
