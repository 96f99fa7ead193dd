import type { Random } from '../random.js';
import { checkValues, completeOptions, integerFrom } from './options.js';
import { withProbability } from './probability.js';

/**
 * An augmentation of any kind: gives what it takes. `In` and `Out` are both `Waveform`, or both `MelSpectrogram`; of batches
 * they are arrays of clips, which come out as arrays that may be changed.
 */
export type Augmentation<In, Out extends In> = (input: In, random: Random) => Out;

/** Settings of {@link compose}. */
export interface ComposeOptions {
  /** Probability of applying any of them, [0, 1]. Default 1. */
  readonly p?: number;
  /** Whether they are applied in another order each time. Default false. */
  readonly shuffle?: boolean;
}

/** Settings of {@link oneOf}. */
export interface OneOfOptions {
  /** Probability of applying one, [0, 1]. Default 1. */
  readonly p?: number;
  /** How likely each is beside the others, 0 or more. Default: all alike. */
  readonly weights?: readonly number[];
}

/**
 * Applies augmentations of one kind one after the other: `Compose` of
 * [audiomentations](https://iver56.github.io/audiomentations/), for waveforms, features and batches.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = compose([shift(), gain({ minGainDb: -6, maxGainDb: 6 }), addGaussianSnr({ p: 0.3 })]);
 * ```
 */
export function compose<In, Out extends In>(
  augmentations: readonly Augmentation<In, Out>[],
  options: ComposeOptions = {},
): Augmentation<In, Out> {
  const { p, shuffle } = completeOptions('compose', { p: 1, shuffle: false }, options);
  return withProbability('compose', p, (input: In, random) =>
    inTurn(shuffle ? random.shuffle([...augmentations]) : augmentations, input, random),
  );
}

/**
 * Applies some of the augmentations, others each time, in the order of the list: `SomeOf` of
 * [audiomentations](https://iver56.github.io/audiomentations/).
 *
 * @param count how many; or the least and the most, each number of them as likely. `null` as the most means all
 * @throws {RangeError} when there are fewer augmentations than `count`, or an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = someOf([1, null], [timeStretch({ p: 1 }), pitchShift({ p: 1 }), addColorNoise({ p: 1 })]);
 * ```
 */
export function someOf<In, Out extends In>(
  count: number | readonly [least: number, most: number | null],
  augmentations: readonly Augmentation<In, Out>[],
  options: { readonly p?: number } = {},
): Augmentation<In, Out> {
  const { p } = completeOptions('someOf', { p: 1 }, options);
  const [least, most] = typeof count === 'number' ? [count, count] : [count[0], count[1] ?? augmentations.length];
  checkValues('someOf', { least, most }, integerFrom(0));
  if (least > most || most > augmentations.length)
    throw new RangeError(
      `someOf expects to choose from 0 to ${augmentations.length} augmentations, as many as it was given, the least first, ` +
        `got ${least} to ${most}: change the number or the list.`,
    );
  return withProbability('someOf', p, (input: In, random) => {
    const chosen = random.shuffle([...augmentations.keys()]).slice(0, least + random.integer(most - least + 1));
    return inTurn(
      chosen.sort((a, b) => a - b).map((index) => augmentations[index]!),
      input,
      random,
    );
  });
}

/**
 * Applies one of the augmentations, another each time: `OneOf` of
 * [audiomentations](https://iver56.github.io/audiomentations/).
 *
 * @throws {RangeError} without augmentations, when `weights` are not as many or all 0, or an option is out of range
 *
 * @example
 * ```ts
 * const augment = oneOf([lowPassFilter({ p: 1 }), highPassFilter({ p: 1 })], { weights: [0.7, 0.3] });
 * ```
 */
export function oneOf<In, Out extends In>(
  augmentations: readonly Augmentation<In, Out>[],
  options: OneOfOptions = {},
): Augmentation<In, Out> {
  const defaults: Required<OneOfOptions> = { p: 1, weights: augmentations.map(() => 1) };
  const { p, weights } = completeOptions('oneOf', defaults, options);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (
    weights.length !== augmentations.length ||
    weights.some((weight) => !(weight >= 0)) ||
    !(total > 0 && total < Infinity)
  )
    throw new RangeError(
      `oneOf expects a weight of 0 or more for each of ${augmentations.length} augmentations, one of them above 0, ` +
        `got [${weights.join(', ')}].`,
    );
  return withProbability('oneOf', p, (input: In, random) => {
    let left = random.uniform(0, total);
    const drawn = weights.findIndex((weight) => (left -= weight) < 0);
    // Rounding may leave a rest behind the last weight; it belongs to the last that is not 0.
    const index = drawn >= 0 ? drawn : weights.findLastIndex((weight) => weight > 0);
    return augmentations[index]!(input, random);
  });
}

/** One augmentation after the other; none of them gives the input back, which an augmentation may. */
function inTurn<In, Out extends In>(augmentations: readonly Augmentation<In, Out>[], input: In, random: Random): Out {
  return augmentations.reduce<In>((value, augmentation) => augmentation(value, random), input) as Out;
}
