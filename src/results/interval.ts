import { complementaryError } from '../metrics/complementaryError.js';
import type { ResamplingOptions } from './resampling.js';
import { studentQuantile } from './studentQuantile.js';

/** A number and where it may lie. */
export interface Interval {
  /** That of the clips as they are; NaN where it is not defined. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Options with their defaults.
 *
 * @throws {RangeError} when one is out of range
 */
export function checkResampling(options: ResamplingOptions): Required<ResamplingOptions> {
  const { level = 0.95, resamples = 2000, seed = 42 } = options;
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be above 0 and below 1, got ${level}; 0.95 is usual`);
  if (!Number.isSafeInteger(resamples) || resamples < 100)
    throw new RangeError(`resamples must be an integer of 100 or more, got ${resamples}; 2000 is usual`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be an integer, got ${seed}`);
  return { level, resamples, seed };
}

/**
 * The interval between two percentiles of resampled values, those that are not defined left out.
 *
 * @param value that of the whole sample
 * @param tail share of the values below the interval, and above it
 */
export function intervalOf(value: number, samples: readonly number[], tail: number): Interval {
  const sorted = Float64Array.from(samples.filter((sample) => !Number.isNaN(sample))).sort();
  if ([value, tail].some(Number.isNaN) || sorted.length === 0) return { value, low: Number.NaN, high: Number.NaN };
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/**
 * What is below an interval, and above it. Resamples of few units vary too little, by sqrt((n - 1) / n) and as the normal
 * distribution, not as Student's: so percentiles further out are taken (Hesterberg 2015, section 5.3: the expanded percentile
 * interval). With many units they are the usual ones.
 *
 * @param units how many there are to draw from; of one alone nothing can be said: NaN
 */
export function tailOf(level: number, units: number): number {
  if (units < 2) return Number.NaN;
  const distance = Math.sqrt(units / (units - 1)) * studentQuantile((1 + level) / 2, units - 1);
  return complementaryError(distance / Math.SQRT2) / 2;
}

/** Between the two nearest values, in proportion (numpy's default). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (place - below) * (high - low);
}
