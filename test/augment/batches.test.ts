import { describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { drawBeta } from '../../src/augment/beta.js';
import {
  cutMix,
  type LabelledFeatures,
  mixup,
  perClip,
  spectrogramMasking,
  timeRoll,
} from '../../src/augment/index.js';
import { AudioInputError } from '../../src/errors.js';
import { createRandom } from '../../src/random.js';
import { features, recording, sound } from './sounds.js';

const [frames, bins] = [40, 16];
/** Clips that are one number everywhere, 1, 2, 4 …, so that a mixture tells what it is made of; each a class of its own. */
const batch = (size = 4): LabelledFeatures[] =>
  Array.from({ length: size }, (_, clip) => ({
    features: features(frames, bins, () => 2 ** clip),
    target: Float32Array.from({ length: size }, (_, label) => Number(label === clip)),
  }));
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

describe.each([
  ['mixup', mixup],
  ['cutMix', cutMix],
] as const)('%s', (name, make) => {
  it('gives the same batch for the same seed, others for another, and leaves its input', () => {
    const given = batch();
    const result = make()(given, createRandom(1));
    expect(given).toEqual(batch());
    expect(make()(given, createRandom(1))).toEqual(result);
    expect(make()(given, createRandom(2))).not.toEqual(result);
    expect(result.length).toBe(4);
    expect(result.every(({ features: { data } }) => data.every(Number.isFinite))).toBe(true);
  });

  it('gives targets that are probabilities of two clips, one of them the clip, each the other once', () => {
    for (let seed = 0; seed < 20; seed++) {
      const others = make({ alpha: 5 })(batch(5), createRandom(seed)).map(({ target }, clip) => {
        expect(sum(target)).toBeCloseTo(1, 6);
        expect(target[clip]).toBeGreaterThan(0);
        return [...target.keys()].filter((label) => label !== clip && target[label]! > 0);
      });
      expect(others.every((found) => found.length <= 1)).toBe(true); // none where a rectangle has no area
      const partners = others.flat();
      expect(new Set(partners).size).toBe(partners.length);
    }
  });

  it('keeps several labels a clip as they are mixed', () => {
    const several = batch(2).map((clip, i) => ({ ...clip, target: Float32Array.of(1, i, 1 - i) }));
    const [first] = make({ alpha: 5 })(several, createRandom(1));
    expect(first!.target[0]).toBeCloseTo(1, 6);
    expect(first!.target[1]! + first!.target[2]!).toBeCloseTo(1, 6);
  });

  it('leaves a batch of one, an empty batch, and clips that p leaves out', () => {
    expect(make()(batch(1), createRandom(1))).toEqual(batch(1));
    expect(make()([], createRandom(1))).toEqual([]);
    expect(make({ p: 0 })(batch(), createRandom(1))).toEqual(batch());
    let mixed = 0;
    for (let seed = 0; seed < 100; seed++)
      for (const [clip, { target }] of make({ alpha: 50, p: 0.5 })(batch(), createRandom(seed)).entries())
        mixed += Number(target[clip] !== 1);
    expect(Math.abs(mixed / 400 - 0.5)).toBeLessThan(0.1); // four standard errors
  });

  it('refuses clips of several shapes', () => {
    const [first, second] = batch(2);
    const longer = { ...second!, features: features(41, bins, () => 0) };
    expect(() => make()([first!, longer], createRandom(1))).toThrow(
      new AudioInputError(
        `${name} expects clips of one shape, got 40 frames, 16 bins and 2 labels, and 41 frames, 16 bins and 2 labels: ` +
          'use extract(), which pads to one length.',
      ),
    );
  });

  it.each([0, -1, Number.POSITIVE_INFINITY, Number.NaN])('refuses alpha = %d', (alpha) => {
    expect(() => make({ alpha })).toThrow(
      new RangeError(`${name} expects alpha to be a finite number above 0, got ${alpha}.`),
    );
  });
});

describe('mixup', () => {
  it('mixes features by the shares that it mixes targets by', () => {
    for (const { features: mixed, target } of mixup()(batch(), createRandom(3))) {
      const expected = sum(target.map((share, clip) => share * 2 ** clip));
      expect(mixed.data.every((value) => Math.abs(value - expected) < 1e-5)).toBe(true);
    }
  });

  it('has a share of its own for each pair', () => {
    const shares = mixup()(batch(), createRandom(3)).map(({ target }, clip) => target[clip]);
    expect(new Set(shares).size).toBe(4);
  });

  it('gives in the domain of power what mixing the waveforms gives, on average over frames', () => {
    const extractor = new MelSpectrogramExtractor({ maxLength: 512 });
    const sounds = [recording(80000, 1), recording(80000, 2)] as const; // 498 frames, and padding
    const clips = sounds.map((waveform, i) => ({
      features: extractor.extract(waveform),
      target: Float32Array.of(1 - i, i),
    }));
    const [mixed] = mixup({ alpha: 10, domain: 'power', extractorConfig: extractor.config })(clips, createRandom(1));
    const share = mixed!.target[0]!;
    const together = sound(80000, (i) => share * sounds[0].samples[i]! + (1 - share) * sounds[1].samples[i]!);
    const expected = extractor.extract(together);
    const meanPower = (data: Float32Array, bin: number) =>
      sum(Array.from({ length: 498 }, (_, frame) => Math.exp(data[frame * 128 + bin]! * 2 * 4.5689974 - 4.2677393))) /
      498;
    const off = Array.from(
      { length: 128 },
      (_, bin) => 10 * Math.log10(meanPower(mixed!.features.data, bin) / meanPower(expected.data, bin)),
    );
    // The tone of both sounds is in phase, where powers do not add; beside it they do, but for chance.
    const besideTheTone = off.slice(60);
    expect(Math.abs(sum(besideTheTone) / besideTheTone.length)).toBeLessThan(0.1);
    expect(Math.max(...besideTheTone.map(Math.abs))).toBeLessThan(1);
    expect(mixed!.features.data.subarray(498 * 128)).toEqual(expected.data.subarray(498 * 128));
  });

  it('keeps the length of a clip in the domain of power', () => {
    const extractor = new MelSpectrogramExtractor({ maxLength: 100 });
    const [long, short] = [recording(12000, 1), recording(4000, 2)].map((waveform) => extractor.extract(waveform));
    const target = Float32Array.of(1);
    const mix = mixup({ domain: 'power', extractorConfig: extractor.config });
    const [first, second] = mix(
      [
        { features: long!, target },
        { features: short!, target },
      ],
      createRandom(2),
    );
    const [endOfLong, endOfShort] = [73 * 128, 23 * 128];
    expect(first!.features.data.subarray(endOfLong)).toEqual(long!.data.subarray(endOfLong));
    expect(second!.features.data.subarray(endOfShort)).toEqual(short!.data.subarray(endOfShort));
    // Behind the end of the other sound the clip is alone, and only quieter.
    const quieter = first!.features.data
      .subarray(endOfShort, endOfLong)
      .map((value, i) => value - long!.data[endOfShort + i]!);
    const share = Math.min(...quieter);
    expect(share).toBeLessThan(0);
    // Bins that hold nothing, because their filters do not, cannot become quieter.
    expect(quieter.every((value) => Math.abs(value - share) < 1e-5 || value === 0)).toBe(true);
    expect(quieter.filter((value) => value === 0).length / quieter.length).toBeLessThan(0.1);
  });
});

describe('cutMix', () => {
  it('has targets that are the shares of the area, of a rectangle of another clip', () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const [clip, { features: mixed, target }] of cutMix()(batch(), createRandom(seed)).entries()) {
        const cells = frames * bins;
        for (const [label, share] of target.entries()) {
          const area = mixed.data.filter((value) => value === 2 ** label).length / cells;
          expect(share).toBeCloseTo(area, 6);
        }
        const cut = [...mixed.data.keys()].filter((i) => mixed.data[i] !== 2 ** clip);
        const rows = new Set(cut.map((i) => Math.floor(i / bins)));
        const columns = new Set(cut.map((i) => i % bins));
        expect(rows.size * columns.size).toBe(cut.length);
      }
    }
  });

  it('takes the same place of the other clip', () => {
    const clips = batch(2).map((clip, i) => ({ ...clip, features: features(frames, bins, (k) => k + 1000 * i) }));
    const [first] = cutMix()(clips, createRandom(4));
    expect(first!.target[1]).toBeGreaterThan(0);
    expect([...first!.features.data].every((value, k) => value === k || value === k + 1000)).toBe(true);
  });
});

describe('drawBeta', () => {
  // scipy.stats.beta(alpha, alpha): variance, and the distribution at 0.1 and 0.25
  it.each([
    [0.2, 0.178571, 0.33669, 0.414056],
    [1, 0.083333, 0.1, 0.25],
    [10, 0.011905, 3.93e-6, 0.0089],
  ])('has the beta distribution of parameter %d', (alpha, variance, at10, at25) => {
    const random = createRandom(7);
    const draws = Float64Array.from({ length: 20000 }, () => drawBeta(alpha, random));
    const below = (limit: number) => draws.filter((value) => value < limit).length / draws.length;
    expect(draws.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(sum(draws) / draws.length - 0.5)).toBeLessThan(0.012); // four standard errors of the widest
    expect(Math.abs(sum(draws.map((value) => (value - 0.5) ** 2)) / draws.length - variance)).toBeLessThan(0.003);
    expect(Math.abs(below(0.1) - at10)).toBeLessThan(0.014);
    expect(Math.abs(below(0.25) - at25)).toBeLessThan(0.014);
  });

  it('stays a number for a parameter so small that gamma variates underflow', () => {
    const random = createRandom(7);
    const draws = Array.from({ length: 500 }, () => drawBeta(1e-4, random));
    expect(draws.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(draws.filter((value) => value > 0.5).length / 500 - 0.5)).toBeLessThan(0.09);
  });
});

describe('perClip', () => {
  it('changes the features of every clip in turn and keeps targets', () => {
    const roll = timeRoll({ minShift: -10, maxShift: 10, shiftUnit: 'frames' });
    const clips = batch(3).map((clip) => ({ ...clip, features: features(frames, bins, (i) => i) }));
    const random = createRandom(5);
    const expected = clips.map(({ features: given, target }) => ({ features: roll(given, random), target }));
    expect(perClip(roll)(clips, createRandom(5))).toEqual(expected);
    expect(perClip(spectrogramMasking({ frequency: 4, time: 8 }))(clips, createRandom(5))[2]!.target).toEqual(
      clips[2]!.target,
    );
  });
});
