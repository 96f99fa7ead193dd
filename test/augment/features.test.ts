import { describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import type { FeatureAugmentation } from '../../src/augment/index.js';
import { filterAugment, frequencyMasking, spectrogramMasking, timeMasking, timeRoll } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { farthest, features, recording, scripted } from './sounds.js';

const ones = () => features(300, 128, () => 1);
const numbered = () => features(10, 4, (i) => i);
const PADDING = Math.fround(4.2677393 / (2 * 4.5689974));

/** [start, end) of the masked bins or frames; undefined for none. */
function maskOf({ data, frames, bins }: ReturnType<typeof ones>, axis: 'frequency' | 'time') {
  const lines = axis === 'time' ? frames : bins;
  const masked = [...Array(lines).keys()].filter((line) => data[axis === 'time' ? line * bins : line] !== 1);
  return masked.length === 0 ? undefined : [masked[0]!, masked.at(-1)! + 1];
}

describe.each<[string, FeatureAugmentation]>([
  ['frequencyMasking', frequencyMasking()],
  ['timeMasking', timeMasking({ numMasks: 2, p: 0.3 })],
  ['spectrogramMasking', spectrogramMasking()],
  ['filterAugment', filterAugment()],
  ['timeRoll', timeRoll()],
])('%s', (_name, augmentation) => {
  const input = () => features(300, 128, (i) => Math.sin(i * i));

  it('gives the same features for the same seed, others for another, finite, and leaves its input', () => {
    const given = input();
    const result = augmentation(given, createRandom(1));
    expect(given).toEqual(input());
    expect(augmentation(given, createRandom(1))).toEqual(result);
    expect(augmentation(given, createRandom(2))).not.toEqual(result);
    expect(result).not.toEqual(given);
    expect([result.frames, result.bins, result.data.length]).toEqual([300, 128, 300 * 128]);
    expect(result.data.every(Number.isFinite)).toBe(true);
  });
});

describe.each([
  ['filterAugment', filterAugment],
  ['timeRoll', timeRoll],
] as const)('%s', (_name, make) => {
  it('is applied with probability p', () => {
    const given = features(20, 8, (i) => i);
    expect(make({ p: 0 })(given, createRandom(1))).toBe(given);
    const applied = Array.from({ length: 400 }, (_, seed) => make({ p: 0.25 })(given, createRandom(seed)) !== given);
    expect(Math.abs(applied.filter(Boolean).length / 400 - 0.25)).toBeLessThan(0.09); // four standard errors
  });
});

describe('frequencyMasking and timeMasking', () => {
  // torchaudio 0.13.1: torch.manual_seed(0 | 1 | 2); the two numbers of torch.rand that mask_along_axis draws, and what it
  // masks of 128 bins and 300 frames.
  const draws = [
    [0.4962566, 0.7682218],
    [0.7576316, 0.2793109],
    [0.6146951, 0.3810129],
  ] as const;
  it.each([
    [
      'frequency',
      frequencyMasking({ freqMaskParam: 24 }),
      [
        [89, 100],
        [30, 48],
        [43, 57],
      ],
    ],
    [
      'time',
      timeMasking({ timeMaskParam: 96 }),
      [
        [193, 240],
        [63, 135],
        [91, 150],
      ],
    ],
    [
      'time',
      timeMasking({ timeMaskParam: 96, p: 0.2 }),
      [
        [207, 236],
        [71, 116],
        [100, 136],
      ],
    ],
  ] as const)('draw as torchaudio draws (%s)', (axis, augmentation, expected) => {
    for (const [i, shares] of draws.entries())
      expect(maskOf(augmentation(ones(), scripted(...shares)), axis)).toEqual(expected[i]);
  });

  it('are spectrogramMasking together', () => {
    const both = spectrogramMasking({ frequency: 24, time: 96 })(ones(), createRandom(6));
    const random = createRandom(6);
    expect(timeMasking()(frequencyMasking()(ones(), random), random)).toEqual(both);
  });

  it('mask as many times as asked', () => {
    const { data } = timeMasking({ timeMaskParam: 11, numMasks: 3 })(ones(), scripted(0.99, 0, 0.99, 0.5, 0.99, 1));
    const frames = [...Array(300).keys()].filter((frame) => data[frame * 128] !== 1);
    expect(frames.length).toBe(30);
    expect([frames[0], frames[10], frames[29]]).toEqual([0, 144, 298]);
    expect(timeMasking({ numMasks: 0 })(ones(), scripted())).toEqual(ones());
  });

  it('fill with the mean of the features, or as the extractor pads', () => {
    const filled = (augment: FeatureAugmentation) => new Set(augment(ones(), createRandom(1)).data);
    expect(filled(frequencyMasking())).toEqual(new Set([1, 0]));
    expect(filled(frequencyMasking({ maskValue: 'padding' }))).toEqual(new Set([1, PADDING]));
    const raw = { extractorConfig: { doNormalize: false, mean: -4 } };
    expect(filled(timeMasking(raw))).toEqual(new Set([1, -4]));
    expect(filled(timeMasking({ ...raw, maskValue: 'padding' }))).toEqual(new Set([1, 0]));
    expect(() => timeMasking({ maskValue: 'zero' as 'mean' })).toThrow(
      "timeMasking expects maskValue to be 'mean' or 'padding', got 'zero'.",
    );
  });

  it.each([
    [
      () => frequencyMasking({ freqMaskParam: 2.5 }),
      'frequencyMasking expects freqMaskParam to be an integer of 0 or more, got 2.5.',
    ],
    [() => timeMasking({ numMasks: -1 }), 'timeMasking expects numMasks to be an integer of 0 or more, got -1.'],
    [() => timeMasking({ p: 2 }), 'timeMasking expects p to be a number from 0 to 1, got 2.'],
    [
      () =>
        timeMasking()(
          features(50, 8, () => 1),
          createRandom(1),
        ),
      'timeMasking expects features of 96 frames or more, got 50: choose a smaller timeMaskParam.',
    ],
  ])('refuse what does not fit (%#)', (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});

describe('filterAugment', () => {
  /** What was added to each bin, in dB of gain. */
  const gains = (augmentation: FeatureAugmentation, seed: number, bins = 128) => {
    const flat = features(20, bins, () => 1);
    const { data } = augmentation(flat, createRandom(seed));
    const added = Array.from({ length: bins }, (_, bin) => data[bin]! - 1);
    expect(data.every((value, i) => value - 1 === added[i % bins])).toBe(true);
    return added.map((value) => (value * 2 * 4.5689974 * 10) / Math.LN10);
  };
  const runs = (values: readonly number[]) => {
    const starts = values.flatMap((value, i) => (i === 0 || Math.abs(value - values[i - 1]!) > 1e-3 ? [i] : []));
    return starts.map((start, i) => (starts[i + 1] ?? values.length) - start);
  };

  it('changes two to four bands of four bins or more by steps within the decibels', () => {
    const counts = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const values = gains(filterAugment({ filterType: 'step' }), seed);
      const widths = runs(values);
      counts.add(widths.length);
      expect(Math.min(...widths)).toBeGreaterThanOrEqual(4);
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(6);
    }
    expect([...counts].sort()).toEqual([2, 3, 4]);
  });

  it('changes bands by straight lines between gains, within the decibels', () => {
    const counts = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const values = gains(filterAugment(), seed);
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(6.001);
      // Within a band the step from bin to bin is constant; where bands meet both have the same gain, so the step is 0.
      const steps = values.slice(1).map((value, i) => value - values[i]!);
      const meetings = steps.filter((step) => Math.abs(step) < 2e-5).length;
      const bends = steps.slice(1).filter((step, i) => Math.abs(step - steps[i]!) > 2e-4).length;
      counts.add(meetings + 1);
      expect(bends).toBe(2 * meetings);
    }
    expect([...counts].sort()).toEqual([3, 4, 5]);
  });

  it('draws every gain of its range', () => {
    const all = Array.from({ length: 200 }, (_, seed) =>
      gains(filterAugment({ filterType: 'step', dbRange: [-3, 9] }), seed),
    ).flat();
    expect(Math.min(...all)).toBeLessThan(-2.9);
    expect(Math.max(...all)).toBeGreaterThan(8.9);
  });

  it('is what a louder sound gives: a gain of 20 log10(2) dB on all bins doubles the amplitude', () => {
    const extractor = new MelSpectrogramExtractor({ maxLength: 30 });
    const quiet = recording(4000);
    const loud = { ...quiet, samples: quiet.samples.map((sample) => 2 * sample) };
    const db = 20 * Math.log10(2);
    const augment = filterAugment({ dbRange: [db, db], extractorConfig: extractor.config });
    const { data } = augment(extractor.extract(quiet), createRandom(1));
    expect(farthest(data, extractor.extract(loud).data)).toBeLessThan(1e-5); // padding included, which stays
  });

  it('takes narrower bands, and fewer, where the bins are few', () => {
    expect(runs(gains(filterAugment({ filterType: 'step', nBand: [4, 5], minBw: 6 }), 1, 9)).length).toBe(4);
    expect(gains(filterAugment(), 1, 2).length).toBe(2);
  });

  it.each([
    [{ filterType: 'round' as 'step' }, "filterAugment expects filterType to be 'step' or 'linear', got 'round'."],
    [
      { dbRange: [6, -6] as const },
      'filterAugment expects dbRange[0] to be at most dbRange[1], got 6 and -6: swap them.',
    ],
    [{ nBand: [0, 3] as const }, 'filterAugment expects nBand[0] to be an integer of 1 or more, got 0.'],
    [{ nBand: [3, 3] as const }, 'filterAugment expects nBand[0] to be at most nBand[1] - 1, got 3 and 2: swap them.'],
    [{ minBw: 0 }, 'filterAugment expects minBw to be an integer of 1 or more, got 0.'],
  ])('refuses %j', (options, message) => {
    expect(() => filterAugment(options)).toThrow(new RangeError(message));
  });
});

describe('timeRoll', () => {
  const rolled = (places: number) =>
    timeRoll({ minShift: places, maxShift: places, shiftUnit: 'frames' })(numbered(), createRandom(1)).data;

  it('rolls frames round the end, as torch.roll does', () => {
    for (const places of [3, -3, 0, 10, 27, -27]) {
      const expected = numbered().data.map((_, i) => (((i - 4 * places) % 40) + 40) % 40);
      expect(rolled(places)).toEqual(expected);
    }
  });

  it('draws every number of frames between the limits, both of them too', () => {
    const draw = timeRoll({ minShift: -2, maxShift: 2, shiftUnit: 'frames' });
    const firsts = Array.from({ length: 100 }, (_, seed) => draw(numbered(), createRandom(seed)).data[0]! / 4);
    expect([...new Set(firsts)].sort()).toEqual([0, 1, 2, 8, 9]);
  });

  it('rolls by a fraction of all frames', () => {
    expect(timeRoll({ minShift: 0.3, maxShift: 0.3 })(numbered(), createRandom(1)).data).toEqual(rolled(3));
  });

  it('refuses frames that are not whole', () => {
    expect(() => timeRoll({ minShift: -0.5, shiftUnit: 'frames' })).toThrow(
      new RangeError('timeRoll expects minShift to be an integer, got -0.5.'),
    );
  });
});
