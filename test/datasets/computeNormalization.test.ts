import { describe, expect, it } from 'vitest';
import { type FeatureExtractor, LogMelExtractor, MelSpectrogramExtractor } from '../../src/audio/index.js';
import { computeNormalization, inMemoryDataset, type SkippedRecording } from '../../src/datasets/index.js';
import { createRandom } from '../../src/random.js';
import { fakeDataset, withBroken } from './fakeDataset.js';

const clipOf = (samples: Float32Array, sampleRate = 16000) => ({ label: 0, waveform: { samples, sampleRate } });
const samplesAsFeatures: FeatureExtractor = {
  extract: ({ samples }) => ({ data: samples, frames: 1, bins: samples.length }),
};

/** Clips of noise of 0.3 s, 0.6 s … */
function noise(count: number, sampleRate = 16000) {
  const random = createRandom(3);
  const clips = Array.from({ length: count }, (_, i) =>
    clipOf(
      Float32Array.from({ length: 0.3 * (i + 1) * sampleRate }, () => random.uniform(-0.5, 0.5)),
      sampleRate,
    ),
  );
  return inMemoryDataset(clips, ['noise']);
}

describe('computeNormalization', () => {
  it('gives the mean and the sample standard deviation of all values, each clip by its length', async () => {
    const dataset = inMemoryDataset([clipOf(Float32Array.of(1, 2)), clipOf(Float32Array.of(3, 4, 5, 6))], ['a']);
    const { mean, std } = await computeNormalization(dataset, samplesAsFeatures);
    expect(mean).toBeCloseTo(3.5, 14);
    expect(std).toBeCloseTo(Math.sqrt(3.5), 14); // torch.std([1, 2, 3, 4, 5, 6]) = 1.8708
  });

  it('loses no digits to a mean far larger than the deviation', async () => {
    const clips = Array.from({ length: 100 }, (_, i) => clipOf(Float32Array.of(8_000_000 + (i % 2), 8_000_000)));
    const { mean, std } = await computeNormalization(inMemoryDataset(clips, ['a']), samplesAsFeatures);
    expect(mean).toBeCloseTo(8_000_000.25, 9);
    expect(std).toBeCloseTo(Math.sqrt((200 * 0.25 * 0.75) / 199), 9);
  });

  it("counts AST's features before normalisation, zeros of padding included", async () => {
    const dataset = noise(3);
    const extractor = new MelSpectrogramExtractor({ maxLength: 64, doNormalize: false });
    const values: number[] = [];
    for (let index = 0; index < 3; index++) values.push(...extractor.extract((await dataset.get(index)).waveform).data);
    const expectedMean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const expectedStd = Math.sqrt(
      values.reduce((sum, value) => sum + (value - expectedMean) ** 2, 0) / (values.length - 1),
    );
    expect(values.filter((value) => value === 0).length).toBeGreaterThan(30 * 128);
    for (const settings of [{ doNormalize: false }, {}, { mean: -6.6, std: 5.4 }]) {
      const found = await computeNormalization(dataset, new MelSpectrogramExtractor({ maxLength: 64, ...settings }));
      expect(found.mean).toBeCloseTo(expectedMean, 5); // features are rounded to single precision
      expect(found.std).toBeCloseTo(expectedStd, 5);
    }
  });

  it('takes the statistics of other log-mel features back out too', async () => {
    const dataset = noise(2, 22_050);
    const plain = await computeNormalization(dataset, new LogMelExtractor({ maxLength: 20 }));
    const settings = { maxLength: 20, doNormalize: true, mean: -30, std: 12 };
    const normalised = await computeNormalization(dataset, new LogMelExtractor(settings));
    expect(normalised.mean).toBeCloseTo(plain.mean, 4);
    expect(normalised.std).toBeCloseTo(plain.std, 4);
  });

  it('lists clips that cannot be read, or stops at the first', async () => {
    const dataset = withBroken(noise(3), [1]);
    const skipped: SkippedRecording[] = [];
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => seen.push(done, total);
    const extractor = new MelSpectrogramExtractor({ maxLength: 32 });
    await computeNormalization(dataset, extractor, { onUnreadable: 'skip', skipped, onProgress });
    expect([skipped.map(({ id }) => id), seen]).toEqual([['clip-1'], [1, 3, 2, 3, 3, 3]]);
    await expect(computeNormalization(dataset, extractor)).rejects.toThrow('The recording clip-1 cannot be read');
    const none = withBroken(fakeDataset(['dog']), [0]);
    await expect(computeNormalization(none, extractor, { onUnreadable: 'skip', skipped })).rejects.toThrow(
      'none of its 1 recordings can be read',
    );
  });
});
