import { between, checkLimits, completeOptions } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import { samplesOf } from './samples.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link clippingDistortion}. */
export interface ClippingDistortionOptions extends ProbabilityOptions {
  /** Smallest share of samples to clip, in percent, [0, 100]. Default 0. */
  readonly minPercentileThreshold?: number;
  /** Largest share of samples to clip, in percent, [0, 100]. Default 40. */
  readonly maxPercentileThreshold?: number;
}

/**
 * Clips the loudest samples, as an input that is turned up too far does: `ClippingDistortion` of
 * [audiomentations](https://iver56.github.io/audiomentations/). Of a share of 30 percent, half is cut below the 15th
 * percentile of the samples and half above the 85th. The share is uniform (audiomentations takes whole percents).
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const tooLoud = clippingDistortion({ maxPercentileThreshold: 20 });
 * ```
 */
export function clippingDistortion(options: ClippingDistortionOptions = {}): WaveformAugmentation {
  const defaults = { minPercentileThreshold: 0, maxPercentileThreshold: 40, p: 0.5 };
  const { minPercentileThreshold, maxPercentileThreshold, p } = completeOptions(
    'clippingDistortion',
    defaults,
    options,
  );
  checkLimits('clippingDistortion', { minPercentileThreshold, maxPercentileThreshold }, between(0, 100));
  return waveformAugmentation('clippingDistortion', p, (samples, _rate, random) => {
    const half = random.uniform(minPercentileThreshold, maxPercentileThreshold) / 2;
    const sorted = samples.slice().sort();
    const [low, high] = [percentile(sorted, half), percentile(sorted, 100 - half)];
    return samplesOf(samples.length, (i) => Math.min(Math.max(samples[i]!, low), high));
  });
}

/** The value below which `percent` of the sorted values lie, interpolated between neighbours as numpy.percentile does. */
function percentile(sorted: Float32Array, percent: number): number {
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
