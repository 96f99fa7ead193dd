import { featureScale } from './featureScale.js';
import { type Axis, type MaskValueOptions, maskAlong } from './masks.js';
import { between, checkChoice, checkValues, completeOptions, integerFrom } from './options.js';
import type { FeatureAugmentation } from './types.js';

/** Settings that {@link frequencyMasking} and {@link timeMasking} share. */
export interface AxisMaskingOptions extends MaskValueOptions {
  /** How many masks, each drawn anew; they may overlap. Default 1. */
  readonly numMasks?: number;
  /** Largest share of the axis that one mask covers, [0, 1], as in torchaudio: no probability. Default 1. */
  readonly p?: number;
}

/** Settings of {@link frequencyMasking}. */
export interface FrequencyMaskingOptions extends AxisMaskingOptions {
  /** A mask has fewer mel bins than this; 0 masks none. Default 24, as for AST. */
  readonly freqMaskParam?: number;
}

/** Settings of {@link timeMasking}. */
export interface TimeMaskingOptions extends AxisMaskingOptions {
  /** A mask has fewer frames than this, of 10 ms each; 0 masks none. Default 96, as for AST. */
  readonly timeMaskParam?: number;
}

/**
 * Masks bands of mel bins: torchaudio's `FrequencyMasking`, drawn the same way, once for each of `numMasks`.
 *
 * @returns a function that throws a RangeError for features with fewer bins than a mask may have
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = compose([frequencyMasking({ freqMaskParam: 16, numMasks: 2 }), timeMasking({ timeMaskParam: 64, p: 0.2 })]);
 * ```
 */
export function frequencyMasking(options: FrequencyMaskingOptions = {}): FeatureAugmentation {
  const { freqMaskParam, ...rest } = completeOptions('frequencyMasking', { freqMaskParam: 24, ...shared }, options);
  return axisMasking('frequencyMasking', 'frequency', { freqMaskParam }, rest);
}

/**
 * Masks spans of frames: torchaudio's `TimeMasking`, drawn the same way, once for each of `numMasks`.
 *
 * @returns a function that throws a RangeError for features with fewer frames than a mask may have
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = timeMasking({ timeMaskParam: 48, numMasks: 2, extractorConfig: extractor.config });
 * ```
 */
export function timeMasking(options: TimeMaskingOptions = {}): FeatureAugmentation {
  const { timeMaskParam, ...rest } = completeOptions('timeMasking', { timeMaskParam: 96, ...shared }, options);
  return axisMasking('timeMasking', 'time', { timeMaskParam }, rest);
}

const shared: Required<AxisMaskingOptions> = { numMasks: 1, p: 1, extractorConfig: {}, maskValue: 'mean' };

function axisMasking(
  name: string,
  axis: Axis,
  param: Readonly<Record<string, number>>,
  { numMasks, p, extractorConfig, maskValue }: Required<AxisMaskingOptions>,
): FeatureAugmentation {
  checkValues(name, param, integerFrom(0));
  checkValues(name, { numMasks }, integerFrom(0));
  checkValues(name, { p }, between(0, 1));
  checkChoice(name, 'maskValue', maskValue, ['mean', 'padding']);
  const { [maskValue]: fill } = featureScale(extractorConfig);
  const [[paramName, most]] = Object.entries(param) as [[string, number]];

  return ({ data, frames, bins }, random) => {
    const size = axis === 'time' ? frames : bins;
    const limit = p === 1 ? most : Math.min(most, Math.floor(size * p));
    if (limit > size)
      throw new RangeError(
        `${name} expects features of ${most} ${axis === 'time' ? 'frames' : 'bins'} or more, got ${size}: ` +
          `choose a smaller ${paramName}.`,
      );
    const masked = { data: data.slice(), frames, bins };
    for (let mask = 0; mask < numMasks; mask++) maskAlong(axis, limit, masked, fill, random);
    return masked;
  };
}
