import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, cacheFeatures, loadDataset } from '../../src/datasets/index.js';
import { type StepLog, Trainer, type TrainerOptions } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { sineWav } from '../support/encodeWav.js';
import { tinyConfig, tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';

const { maxLength, numMelBins } = tinyConfig;
const extractor = new MelSpectrogramExtractor({ maxLength, numMelBins });

/** Four tones of each class. */
const soundDirectory = (): string =>
  temporaryDirectory(
    Object.fromEntries(
      tinyLabels.flatMap((label, i) =>
        [0, 1, 2, 3].map((take) => [`${label}/${take}.wav`, sineWav(300 * (i + 1) + 40 * take, 0.3)]),
      ),
    ),
  );

const trainer = (trainDataset: AudioDataset, { args, ...options }: Partial<TrainerOptions> = {}) =>
  new Trainer({
    model: tinyModel(),
    extractor,
    trainDataset,
    ...options,
    args: {
      perDeviceTrainBatchSize: 4,
      learningRate: 1e-2,
      disableProgress: true,
      allowSharedRecordings: true,
      ...args,
    },
  });

const losses = (log: readonly StepLog[]): number[] => log.map(({ loss }) => loss);

/** The same data set, and which of its sounds were decoded in this thread. */
function watched(dataset: AudioDataset): { dataset: AudioDataset; decoded: number[] } {
  const decoded: number[] = [];
  const get = (index: number) => {
    decoded.push(index);
    return dataset.get(index);
  };
  return { dataset: { ...dataset, get }, decoded };
}

describe('threads that read ahead', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('change no number of a run, and leave decoding to no other', async () => {
    const { dataset, decoded } = watched(await loadDataset(soundDirectory()));
    const expected = await trainer(dataset, { evalDataset: dataset }).train();
    decoded.length = 0;
    const { log, evaluations } = await trainer(dataset, { evalDataset: dataset, args: { prefetchWorkers: 2 } }).train();
    expect(losses(log)).toEqual(losses(expected.log));
    expect(evaluations.map(({ evalLoss }) => evalLoss)).toEqual(expected.evaluations.map(({ evalLoss }) => evalLoss));
    expect(decoded).toEqual([]);
  });

  it('augment each clip of each epoch as without them', async () => {
    const dataset = await loadDataset(soundDirectory());
    const augment: TrainerOptions['augment'] = ({ data, ...size }, random) => ({
      ...size,
      data: data.map((value) => value + 0.1 * random.normal()),
    });
    const expected = await trainer(dataset, { augment }).train();
    const { log } = await trainer(dataset, { augment, args: { prefetchWorkers: 1 } }).train();
    expect(losses(log)).toEqual(losses(expected.log));
  });

  it('go on when a callback evaluates in the middle of an epoch', async () => {
    const dataset = await loadDataset(soundDirectory());
    const args = { prefetchWorkers: 2, cacheFeatures: false };
    const evaluations: number[] = [];
    const evaluate = { onStepEnd: async () => void evaluations.push((await run.evaluate(dataset)).evalLoss) };
    const run = trainer(dataset, { callbacks: [evaluate], args });
    expect((await run.train()).globalStep).toBe(6);
    expect(evaluations).toHaveLength(6);
  });

  it('leave out and list what cannot be read', async () => {
    const directory = soundDirectory();
    writeFileSync(join(directory, 'bird', '2.wav'), 'not a sound');
    const run = trainer(await loadDataset(directory), { args: { prefetchWorkers: 2, onUnreadable: 'skip' } });
    const { skipped, globalStep } = await run.train();
    expect(skipped.map(({ id }) => id)).toEqual(['bird/2.wav']);
    expect(globalStep).toBe(6);
  });

  it('end with the run, also with one that fails or stops in the middle', async () => {
    const start = vi.spyOn(platform.threads!, 'startFeatureWorker');
    const closed: number[] = [];
    start.mockImplementation(() => ({
      ask: async () => ({ data: new Float32Array(maxLength * numMelBins), frames: maxLength, bins: numMelBins }),
      close: async () => void closed.push(1),
    }));
    const dataset = await loadDataset(soundDirectory());
    const args = { prefetchWorkers: 2 };
    await trainer(dataset, { args: { ...args, maxSteps: 1 } }).train();
    expect([start.mock.calls.length, closed.length]).toEqual([2, 2]);
    const failing = { onStepEnd: () => Promise.reject(new Error('disk full')) };
    await expect(trainer(dataset, { args, callbacks: [failing] }).train()).rejects.toThrow('disk full');
    expect([start.mock.calls.length, closed.length]).toEqual([4, 4]);
    await trainer(dataset, { args }).predict(dataset);
    expect([start.mock.calls.length, closed.length]).toEqual([6, 6]);
    vi.restoreAllMocks();
  });

  it('are refused in words for a data set or an extractor that they cannot serve', async () => {
    const { trainDataset, extractor: fixed } = tinyData();
    const dataset = await loadDataset(soundDirectory());
    expect(() => trainer(dataset, { evalDataset: trainDataset, args: { prefetchWorkers: 1 } })).toThrow(
      'clips in memory gives no encoded sounds that threads could decode',
    );
    expect(() => trainer(trainDataset, { extractor: fixed, args: { prefetchWorkers: 1 } })).toThrow(
      'Threads extract the features of a MelSpectrogramExtractor',
    );
    expect(() => trainer(trainDataset, { args: { prefetchWorkers: -1 } })).toThrow(
      'Training argument prefetchWorkers: expected an integer of 0 or more, got -1.',
    );
  });
});

describe('features cached on disk', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('give the same run as sounds do, in float32 to the last bit, and no sound is decoded', async () => {
    const { dataset, decoded } = watched(await loadDataset(soundDirectory()));
    const expected = await trainer(dataset).train();
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory() });
    decoded.length = 0;
    const { log } = await trainer(cached, { evalDataset: cached }).train();
    expect(losses(log)).toEqual(losses(expected.log));
    expect(decoded).toEqual([]);
  });

  it('give nearly the same run in float16', async () => {
    const dataset = await loadDataset(soundDirectory());
    const expected = losses((await trainer(dataset).train()).log);
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory(), dtype: 'float16' });
    for (const [i, loss] of losses((await trainer(cached).train()).log).entries())
      expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(0.005);
  });

  it('of another extractor are refused before anything is done', async () => {
    const dataset = await loadDataset(soundDirectory());
    const other = new MelSpectrogramExtractor({ maxLength, numMelBins, mean: 0 });
    const cached = await cacheFeatures(dataset, other, { directory: temporaryDirectory() });
    expect(() => trainer(dataset, { evalDataset: cached })).toThrow(/has the features of another extractor/);
  });
});

describe('augmentation of sounds', () => {
  beforeAll(async () => void (await useBackend('cpu')));
  const augment: TrainerOptions['augment'] = { waveform: (waveform) => waveform };

  it('that leaves them as they are gives the same run', async () => {
    const dataset = await loadDataset(soundDirectory());
    const expected = losses((await trainer(dataset).train()).log);
    expect(losses((await trainer(dataset, { augment }).train()).log)).toEqual(expected);
  });

  it('is refused where only features are at hand, on disk or from threads', async () => {
    const dataset = await loadDataset(soundDirectory());
    const cached = await cacheFeatures(dataset, extractor, { directory: temporaryDirectory() });
    expect(() => trainer(cached, { augment })).toThrow(
      /has its features on disk, which augment.waveform cannot change/,
    );
    expect(() => trainer(dataset, { augment, args: { prefetchWorkers: 1 } })).toThrow(/leave out prefetchWorkers/);
  });

  it('tells which clip it made no sound of, and still skips what was none before', async () => {
    const dataset = await loadDataset(soundDirectory());
    const silence: TrainerOptions['augment'] = {
      waveform: ({ sampleRate }) => ({ samples: new Float32Array(), sampleRate }),
    };
    await expect(trainer(dataset, { augment: silence }).train()).rejects.toThrow(
      /^augment.waveform made no sound of \w+\/\d.wav: /,
    );
    const holey: AudioDataset = {
      ...dataset,
      get: async (index) => ({
        ...(await dataset.get(index)),
        ...(index === 2 && { waveform: { samples: Float32Array.of(Number.NaN), sampleRate: 16000 } }),
      }),
    };
    const { skipped } = await trainer(holey, { augment, args: { onUnreadable: 'skip' } }).train();
    expect(skipped.map(({ id }) => id)).toEqual([dataset.idOf(2)]);
  });
});
