import { describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { type AudioDataset, countLabels, examples, loadDataset, syntheticDataset } from '../../src/datasets/index.js';

/** [bins], the log-mel spectrum of a clip averaged over time, without its loudness. */
function meanSpectrum(extractor: MelSpectrogramExtractor, waveform: Parameters<typeof extractor.fbank>[0]): number[] {
  const { data, frames, bins } = extractor.fbank(waveform);
  const mean = Array(bins).fill(0) as number[];
  for (let i = 0; i < data.length; i++) mean[i % bins]! += data[i]! / frames;
  const loudness = mean.reduce((sum, value) => sum + value, 0) / bins;
  return mean.map((value) => value - loudness);
}

async function spectraByLabel(dataset: AudioDataset): Promise<number[][][]> {
  const extractor = new MelSpectrogramExtractor();
  const spectra: number[][][] = dataset.labels.map(() => []);
  for await (const { label, waveform } of examples(dataset)) spectra[label]!.push(meanSpectrum(extractor, waveform));
  return spectra;
}

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);

describe('syntheticDataset', () => {
  it('has four classes in five folds, evenly', () => {
    const dataset = syntheticDataset();
    expect(countLabels(dataset)).toEqual([
      { label: 'birds', count: 100 },
      { label: 'water', count: 100 },
      { label: 'wind', count: 100 },
      { label: 'mammals', count: 100 },
    ]);
    const counts = countLabels(syntheticDataset({ folds: [3], clipsPerClass: 10 }));
    expect(counts.map(({ count }) => count)).toEqual([2, 2, 2, 2]);
  });

  it('gives 5 s of finite samples within [-1, 1] at 16 kHz', async () => {
    for await (const { waveform } of examples(syntheticDataset({ clipsPerClass: 5, folds: [1, 2] }))) {
      expect([waveform.samples.length, waveform.sampleRate]).toEqual([80000, 16000]);
      const peak = waveform.samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
      expect(peak).toBeGreaterThan(0.2);
      expect(peak).toBeLessThanOrEqual(0.95 + 1e-6);
    }
  });

  it('makes clips of the length and sample rate asked for, the shortest too', async () => {
    const { waveform } = await syntheticDataset({ seconds: 2, sampleRate: 8000 }).get(0);
    expect([waveform.samples.length, waveform.sampleRate]).toEqual([16000, 8000]);
    for await (const { waveform: short } of examples(syntheticDataset({ seconds: 0.1, clipsPerClass: 5 }))) {
      expect(short.samples.length).toBe(1600);
      expect(short.samples.every(Number.isFinite)).toBe(true);
    }
  });

  it('makes the same clip whenever and in whatever order it is asked for', async () => {
    const one = syntheticDataset({ seconds: 0.5 });
    const last = await one.get(159);
    await one.get(0);
    const other = await syntheticDataset({ seconds: 0.5 }).get(159);
    expect(other).toEqual(last);
    expect(await one.get(159)).toEqual(last);
  });

  it('gives a clip the same sound however many clips or folds there are', async () => {
    const many = await syntheticDataset({ seconds: 0.5, folds: [2] }).get(21);
    const few = await syntheticDataset({ seconds: 0.5, clipsPerClass: 10 }).get(8 + 3);
    expect(many.id).toBe('synthetic-0/fold2/water-1');
    expect(few).toEqual(many);
  });

  it('makes other clips for other seeds', async () => {
    const [one, other] = await Promise.all([0, 1].map((seed) => syntheticDataset({ seed, seconds: 0.5 }).get(0)));
    expect(one!.waveform.samples).not.toEqual(other!.waveform.samples);
  });

  it('can be told from held-out folds by simple means, but not perfectly: its clips differ within a class', async () => {
    const train = await spectraByLabel(syntheticDataset({ folds: [2, 3, 4, 5], clipsPerClass: 40 }));
    const test = await spectraByLabel(syntheticDataset({ folds: [1], clipsPerClass: 40 }));
    const centroids = train.map((spectra) =>
      spectra[0]!.map((_, bin) => spectra.reduce((sum, spectrum) => sum + spectrum[bin]!, 0) / spectra.length),
    );
    let correct = 0;
    for (const [label, spectra] of test.entries())
      for (const spectrum of spectra) {
        const distances = centroids.map((centroid) => distance(spectrum, centroid));
        if (distances.indexOf(Math.min(...distances)) === label) correct++;
      }
    const accuracy = correct / 32;
    // Nearest centroid of mean spectra; chance is 0.25.
    expect(accuracy).toBeGreaterThanOrEqual(0.6);
    expect(accuracy).toBeLessThan(1);
    for (const spectra of train) {
      const nearest = spectra.map((a) => Math.min(...spectra.filter((b) => b !== a).map((b) => distance(a, b))));
      expect(Math.min(...nearest)).toBeGreaterThan(1);
    }
  });

  it('refuses counts, lengths, folds and seeds that mean nothing', () => {
    expect(() => syntheticDataset({ clipsPerClass: 12 })).toThrow('multiple of 5 (five folds), 5 or more; got 12');
    expect(() => syntheticDataset({ clipsPerClass: 0 })).toThrow('got 0');
    expect(() => syntheticDataset({ seconds: 0 })).toThrow('seconds must be 0.1 or more, got 0');
    expect(() => syntheticDataset({ folds: [6] })).toThrow('there is no fold 6');
    expect(() => syntheticDataset({ seed: 0.5 })).toThrow('safe integer');
  });
});

describe('loadDataset("synthetic")', () => {
  it('takes config, split and folds as for ESC-50', async () => {
    const train = await loadDataset('synthetic', { config: 'fold1', split: 'train' });
    const test = await loadDataset('synthetic', { config: 'fold1', split: 'test' });
    expect([train.length, test.length]).toEqual([320, 80]);
    expect(test.foldOf?.(0)).toBe(1);
    expect((await loadDataset('synthetic', { folds: [2, 3] })).length).toBe(160);
    await expect(loadDataset('synthetic', { config: 'fold6', split: 'test' })).rejects.toThrow('has no config fold6');
  });
});
