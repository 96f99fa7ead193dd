import type { Random } from '../random.js';
import { type FeatureScaleOptions, featureScale, framesOfSound } from './featureScale.js';
import { checkChoice, checkLimits, checkValues, completeOptions, decibelValue, integerFrom } from './options.js';
import { withProbability } from './probability.js';
import type { FeatureAugmentation } from './types.js';

/** Settings of {@link filterAugment}. */
export interface FilterAugmentOptions extends FeatureScaleOptions {
  /** One gain a band, or gains at its ends with a straight line between. Default `'linear'`. */
  readonly filterType?: 'step' | 'linear';
  /** Smallest and largest gain, in dB. Default [-6, 6]. */
  readonly dbRange?: readonly [low: number, high: number];
  /** How many bands: the first or more, and fewer than the second. Default [3, 6]; [2, 5] for steps. */
  readonly nBand?: readonly [low: number, high: number];
  /** Bins of a band at the least; where that many do not fit, as many as do. Default 6; 4 for steps. */
  readonly minBw?: number;
  /** Probability of applying it to a clip, [0, 1]. Default 1. */
  readonly p?: number;
}

/** Natural-log power of a gain of one decibel. */
const LOG_POWER_OF_DECIBEL = Math.LN10 / 10;

/**
 * Makes bands of tones louder and quieter, as other microphones and rooms do: FilterAugment
 * ([Nam et al. 2022](https://arxiv.org/abs/2110.03282)), with the parameters and defaults of its authors. Bands and gains
 * are drawn anew for each clip. The extractor's padding stays, and so do bins that hold nothing.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = filterAugment({ filterType: 'step', dbRange: [-4.5, 6], extractorConfig: extractor.config });
 * ```
 */
export function filterAugment(options: FilterAugmentOptions = {}): FeatureAugmentation {
  const name = 'filterAugment';
  const bands: Required<Pick<FilterAugmentOptions, 'nBand' | 'minBw'>> =
    options.filterType === 'step' ? { nBand: [2, 5], minBw: 4 } : { nBand: [3, 6], minBw: 6 };
  const { filterType, dbRange, nBand, minBw, p, extractorConfig } = completeOptions<Required<FilterAugmentOptions>>(
    name,
    { filterType: 'linear', dbRange: [-6, 6], ...bands, p: 1, extractorConfig: {} },
    options,
  );
  checkChoice(name, 'filterType', filterType, ['step', 'linear']);
  checkLimits(name, { 'dbRange[0]': dbRange[0], 'dbRange[1]': dbRange[1] }, decibelValue);
  checkLimits(name, { 'nBand[0]': nBand[0], 'nBand[1] - 1': nBand[1] - 1 }, integerFrom(1));
  checkValues(name, { minBw }, integerFrom(1));
  const scale = featureScale(extractorConfig);

  return withProbability(name, p, (features, random) => {
    const { data, frames, bins } = features;
    const edges = drawEdges(bins, random);
    const response = drawGains(edges, random).map((gain) => gain * LOG_POWER_OF_DECIBEL * scale.factor);
    const filtered = data.slice();
    const end = framesOfSound(features, scale) * bins;
    for (let i = 0; i < end; i++)
      if (data[i]! > scale.floor) filtered[i] = Math.max(data[i]! + response[i % bins]!, scale.floor);
    return { data: filtered, frames, bins };
  });

  /** First bin of each band, and the number of bins. */
  function drawEdges(bins: number, random: Random): number[] {
    const count = Math.min(nBand[0] + random.integer(nBand[1] - nBand[0]), bins);
    const width = Math.min(minBw, Math.floor(bins / count));
    const spare = bins - count * width + 1;
    const inner = Array.from({ length: count - 1 }, () => random.integer(spare)).sort((a, b) => a - b);
    return [0, ...inner.map((edge, i) => edge + (i + 1) * width), bins];
  }

  /** Gain of each bin, in dB: [bins]. */
  function drawGains(edges: readonly number[], random: Random): number[] {
    const gains = edges.map(() => random.uniform(dbRange[0], dbRange[1])); // steps do not use the last
    return edges.slice(1).flatMap((end, band) => {
      const width = end - edges[band]!;
      const [from, to] = [gains[band]!, filterType === 'step' ? gains[band]! : gains[band + 1]!];
      return Array.from({ length: width }, (_, i) => from + ((to - from) * i) / Math.max(width - 1, 1));
    });
  }
}
