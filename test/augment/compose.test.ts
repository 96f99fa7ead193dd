import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  addGaussianSnr,
  type BatchAugmentation,
  compose,
  cutMix,
  type FeatureAugmentation,
  gain,
  mixup,
  oneOf,
  perClip,
  shift,
  someOf,
  spectrogramMasking,
  timeRoll,
  type WaveformAugmentation,
} from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { recording, sound } from './sounds.js';

/** Appends its name: the samples tell who was there, and in which order. */
const mark =
  (name: number): WaveformAugmentation =>
  ({ samples, sampleRate }) => ({ samples: Float32Array.of(...samples, name), sampleRate });
const marks = [1, 2, 3, 4].map(mark);
const empty = () => sound(0, () => 0);
const draws = (augmentation: WaveformAugmentation, times: number): string[] =>
  Array.from({ length: times }, (_, seed) => augmentation(empty(), createRandom(seed)).samples.join(''));
const shareOf = (found: readonly string[], wanted: string) =>
  found.filter((text) => text === wanted).length / found.length;

describe('compose', () => {
  it('applies all in their order', () => {
    expect(new Set(draws(compose(marks), 20))).toEqual(new Set(['1234']));
  });

  it('applies all in any order with shuffle, and leaves the list as it is', () => {
    const list = [...marks];
    const orders = draws(compose(list, { shuffle: true }), 600);
    expect(new Set(orders).size).toBe(24);
    expect(Math.abs(shareOf(orders, '2143') - 1 / 24)).toBeLessThan(0.033); // four standard errors
    expect(list).toEqual(marks);
  });

  it('applies all or none, with probability p', () => {
    const found = draws(compose(marks, { p: 0.7 }), 500);
    expect(new Set(found)).toEqual(new Set(['1234', '']));
    expect(Math.abs(shareOf(found, '1234') - 0.7)).toBeLessThan(0.09);
  });

  it('gives what its parts give one after the other, from the same random numbers', () => {
    const parts = [shift({ p: 0.5 }), gain({ p: 0.5 }), addGaussianSnr({ p: 0.5 })];
    const random = createRandom(3);
    random.uniform(); // whether to apply any
    const expected = parts.reduce((waveform, part) => part(waveform, random), recording(500));
    expect(compose(parts)(recording(500), createRandom(3))).toEqual(expected);
  });

  it('takes waveforms, features or batches, one kind at a time', () => {
    expectTypeOf(compose([gain(), shift()])).toExtend<WaveformAugmentation>();
    expectTypeOf(compose([timeRoll(), spectrogramMasking()])).toExtend<FeatureAugmentation>();
    expectTypeOf(compose([mixup(), perClip(spectrogramMasking())])).toExtend<BatchAugmentation>();
    expectTypeOf(oneOf([mixup(), cutMix()])).toExtend<BatchAugmentation>();
    expectTypeOf(someOf(1, [gain(), compose([shift()])])).toExtend<WaveformAugmentation>();
    // @ts-expect-error features cannot come after a waveform
    compose([gain(), timeRoll()]);
  });
});

describe('someOf', () => {
  it('applies as many as asked, each as likely, in the order of the list', () => {
    const found = draws(someOf(2, marks), 600);
    expect([...new Set(found)].sort()).toEqual(['12', '13', '14', '23', '24', '34']);
    expect(Math.abs(shareOf(found, '24') - 1 / 6)).toBeLessThan(0.061); // four standard errors
  });

  it('applies from the least to the most, each number as likely', () => {
    const lengths = (found: readonly string[]) => found.map(({ length }) => String(length));
    const some = lengths(draws(someOf([1, 3], marks), 600));
    expect([...new Set(some)].sort()).toEqual(['1', '2', '3']);
    expect(Math.abs(shareOf(some, '3') - 1 / 3)).toBeLessThan(0.078);
    expect([...new Set(lengths(draws(someOf([3, null], marks), 50)))].sort()).toEqual(['3', '4']);
  });

  it('applies none with probability 1 - p', () => {
    expect(Math.abs(shareOf(draws(someOf(4, marks, { p: 0.3 }), 500), '') - 0.7)).toBeLessThan(0.082);
  });

  it.each([
    [() => someOf(5, marks), 'got 5 to 5: change the number or the list.'],
    [() => someOf([3, 2], marks), 'got 3 to 2: change the number or the list.'],
    [() => someOf(-1, marks), 'someOf expects least to be an integer of 0 or more, got -1.'],
    [() => someOf(1, marks, { p: -1 }), 'someOf expects p to be a number from 0 to 1, got -1.'],
  ])('refuses a number that it cannot choose (%#)', (make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(RangeError);
  });
});

describe('oneOf', () => {
  it('applies one, each as likely', () => {
    const found = draws(oneOf(marks), 600);
    expect([...new Set(found)].sort()).toEqual(['1', '2', '3', '4']);
    expect(Math.abs(shareOf(found, '3') - 0.25)).toBeLessThan(0.071); // four standard errors
  });

  it('applies one by weights, which need not add up to 1', () => {
    const found = draws(oneOf(marks, { weights: [0, 6, 2, 0] }), 600);
    expect([...new Set(found)].sort()).toEqual(['2', '3']);
    expect(Math.abs(shareOf(found, '2') - 0.75)).toBeLessThan(0.071);
  });

  it.each([
    [[] as WaveformAugmentation[], {}],
    [marks, { weights: [1, 2] }],
    [marks, { weights: [1, 2, -1, 0] }],
    [marks, { weights: [0, 0, 0, 0] }],
    [marks, { weights: [1, Number.NaN, 1, 1] }],
  ])('refuses weights that are none (%#)', (augmentations, options) => {
    expect(() => oneOf(augmentations, options)).toThrow(RangeError);
    expect(() => oneOf(augmentations, options)).toThrow('oneOf expects a weight of 0 or more for each of');
  });
});
