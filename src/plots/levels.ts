import type { ExtractorConfig, LogMelConfig, MelSpectrogram } from '../audio/index.js';

/** A spectrogram in dB. */
export interface Levels {
  /** [frames, bins], those of padding too. */
  readonly data: Float32Array;
  readonly frames: number;
  readonly bins: number;
  /** Frames at the end that are padding, not sound. */
  readonly padding: number;
  /** The level of the darkest colour, and of the brightest. */
  readonly low: number;
  readonly high: number;
  readonly reference: 'max' | 'absolute';
}

/** A natural logarithm of power, times this, is in dB. */
const DECIBELS = 10 / Math.LN10;

/** What features say of levels. */
export function decibelsOf(
  { data, frames, bins }: MelSpectrogram,
  config: ExtractorConfig | LogMelConfig,
  {
    normalized = false,
    reference = 'max',
    dynamicRange = 80,
  }: { normalized?: boolean; reference?: 'max' | 'absolute'; dynamicRange?: number },
): Levels {
  if (!(dynamicRange > 0 && Number.isFinite(dynamicRange)))
    throw new RangeError(`dynamicRange must be a number of dB above 0, got ${String(dynamicRange)}`);
  if (reference !== 'max' && reference !== 'absolute')
    throw new RangeError(`reference must be 'max' or 'absolute', got '${String(reference)}'`);
  const isKaldi = !('hopLength' in config);
  const deviation = isKaldi ? 2 * config.std : config.std;
  const features = normalized ? data.map((value) => value * deviation + config.mean) : data;
  const padding = isKaldi ? paddingOf(features, frames, bins) : 0;
  const levels = isKaldi ? features.map((value) => DECIBELS * value) : Float32Array.from(features);
  const sound = levels.subarray(0, padding === frames ? levels.length : (frames - padding) * bins);
  const loudest = sound.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const zero = reference === 'max' ? loudest : 0;
  return {
    data: levels.map((value) => value - zero),
    frames,
    bins,
    padding: padding === frames ? 0 : padding,
    low: loudest - zero - dynamicRange,
    high: loudest - zero,
    reference,
  };
}

/** Frames at the end that an AST extractor added: all their values are 0 before they are normalised. */
function paddingOf(features: ArrayLike<number>, frames: number, bins: number): number {
  let last = frames * bins - 1;
  while (last >= 0 && Math.abs(features[last]!) < 1e-5) last--;
  return frames - Math.ceil((last + 1) / bins);
}
