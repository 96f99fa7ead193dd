import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { platform } from '#platform';
import { decodeAudio, MelSpectrogramExtractor } from '../../src/audio/index.js';
import { featureSource } from '../../src/datasets/featureSource.js';
import { featureWorkers } from '../../src/datasets/featureWorkers.js';
import { type AudioDataset, cacheFeatures, inMemoryDataset, loadDataset, subset } from '../../src/datasets/index.js';
import { AudioDecodeError, DatasetError } from '../../src/errors.js';
import { sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const extractor = new MelSpectrogramExtractor({ maxLength: 40 });
const tones = [200, 300, 400, 500, 600];
const soundDirectory = () =>
  temporaryDirectory(Object.fromEntries(tones.map((hertz) => [`tones/${hertz}.wav`, sineWav(hertz, 0.3, 44100)])));

function workersOf(count: number): ReturnType<typeof featureWorkers> {
  const workers = featureWorkers(count, extractor);
  onTestFinished(() => workers.close());
  return workers;
}

const noWorker = (): Worker => expect.unreachable();
const readAll = (dataset: AudioDataset, read: ReturnType<typeof featureSource>) =>
  Promise.all([...Array(dataset.length).keys()].map((index) => read(index)));

describe('threads', () => {
  it('give the features that this thread gives, resampling included', async () => {
    const dataset = await loadDataset(soundDirectory());
    const found = await readAll(dataset, featureSource(dataset, extractor, workersOf(2)));
    expect(found).toEqual(await readAll(dataset, featureSource(dataset, extractor)));
  });

  it('read the right recordings of a subset', async () => {
    const dataset = subset(await loadDataset(soundDirectory()), [3, 1]);
    const found = await readAll(dataset, featureSource(dataset, extractor, workersOf(1)));
    expect(found).toEqual(await readAll(dataset, featureSource(dataset, extractor)));
  });

  it('take single sounds: bytes, a Blob or samples', async () => {
    const workers = workersOf(1);
    const bytes = sineWav(300, 0.3, 16000);
    const waveform = await decodeAudio(bytes);
    const expected = extractor.extract(waveform);
    for (const sound of [bytes, new Blob([bytes as BlobPart]), waveform])
      expect(await workers.extractSound(sound)).toEqual(expected);
    await expect(workers.extractSound(new Uint8Array(9))).rejects.toThrow(AudioDecodeError);
    expect(() => featureWorkers(0, extractor)).toThrow('Expected 1 worker or more, got 0.');
  });

  it('start again after they were closed', async () => {
    const dataset = await loadDataset(soundDirectory());
    const workers = workersOf(1);
    const before = await workers.extract(dataset, 0);
    await workers.close();
    expect(await workers.extract(dataset, 0)).toEqual(before);
  });

  it('reject what they have not answered when they are closed', async () => {
    const dataset = await loadDataset(soundDirectory());
    const thread = platform.threads!.startFeatureWorker(noWorker);
    const asked = thread.ask({
      sound: await dataset.bytesOf!(0),
      name: 'x',
      sampleRate: 16000,
      config: extractor.config,
    });
    const rejected = expect(asked).rejects.toThrow('The worker thread was closed before it answered.');
    await thread.close();
    await rejected;
    await expect(thread.ask({})).rejects.toThrow('closed');
  });

  it('say which recording cannot be read, as this thread does', async () => {
    const directory = soundDirectory();
    writeFileSync(join(directory, 'tones', '300.wav'), 'not a sound');
    const dataset = await loadDataset(directory);
    const errorOf = (workers?: ReturnType<typeof featureWorkers>) =>
      featureSource(dataset, extractor, workers)(1).catch((error: Error) => error);
    const [here, there] = [await errorOf(), await errorOf(workersOf(1))];
    expect(there).toBeInstanceOf(DatasetError);
    expect((there as Error).message).toBe((here as Error).message);
  });

  it('pass on an error of their own as what it is, not as an unreadable recording', async () => {
    const thread = platform.threads!.startFeatureWorker(noWorker);
    onTestFinished(() => thread.close());
    const error = await thread
      .ask({ bytes: new Uint8Array(), config: { maxLength: -1 } })
      .catch((error: Error) => error);
    expect(error).not.toBeInstanceOf(DatasetError);
    expect((error as Error).message).toContain('Expected maxLength to be an integer, 1 or more');
  });

  it('make the file of cacheFeatures as this thread does', async () => {
    const dataset = await loadDataset(soundDirectory());
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory(), workers: 2 });
    const expected = await readAll(dataset, featureSource(dataset, extractor));
    expect(await readAll(dataset, cached.features!.read)).toEqual(expected);
  });
});

describe('featureSource refuses', () => {
  it('to make features of another extractor than a MelSpectrogramExtractor in threads', () => {
    const own = { extract: () => ({ data: new Float32Array(1), frames: 1, bins: 1 }) };
    expect(() => featureWorkers(1, own)).toThrow(/Threads extract the features of a MelSpectrogramExtractor/);
  });

  it('threads for a data set without encoded sounds', () => {
    const clip = { label: 'a', waveform: { samples: new Float32Array(800), sampleRate: 16000 } };
    expect(() => featureSource(inMemoryDataset([clip], ['a']), extractor, featureWorkers(1, extractor))).toThrow(
      'clips in memory gives no encoded sounds that threads could decode (it has no bytesOf); read it without threads.',
    );
  });

  it('cached features of another extractor', async () => {
    const cached = await cacheFeatures(await loadDataset(soundDirectory()), extractor, {
      directory: temporaryDirectory(),
    });
    expect(() => featureSource(cached, new MelSpectrogramExtractor({ maxLength: 41 }))).toThrow(
      /has the features of another extractor: 40 frames x 128 bins, .*; expected 41 frames x 128 bins/,
    );
  });
});
