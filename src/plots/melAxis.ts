import type { ExtractorConfig, LogMelConfig } from '../audio/index.js';
import { FRAME_LENGTH, FRAME_SHIFT, kaldiMel, LOWEST_FREQUENCY } from '../audio/kaldiTables.js';
import { slaneyMel } from '../audio/slaneyMel.js';

/** Where the rows and columns of a spectrogram lie. */
export interface SpectrogramAxes {
  /** Hz to mel, the scale on which rows are equally spaced. */
  readonly toMel: (hertz: number) => number;
  /** Lower edge of the first row and upper edge of the last, in mel. */
  readonly mels: readonly [number, number];
  /** Left edge of the first column and right edge of the last, in seconds. */
  readonly seconds: readonly [number, number];
}

/** Round frequencies, in the order in which they are kept when there is not room for all. */
const ROUND_FREQUENCIES = [1000, 5000, 200, 2000, 500, 10_000, 100, 20_000];

/**
 * The axes that belong to features of an extractor. A row is drawn around its filter's centre, a column around its frame's:
 * Kaldi's frames begin where the sound does, librosa's are centred there.
 */
export function spectrogramAxes(
  config: ExtractorConfig | LogMelConfig,
  { frames, bins }: { frames: number; bins: number },
): SpectrogramAxes {
  const isKaldi = !('hopLength' in config);
  const [lowest, highest] = isKaldi ? [LOWEST_FREQUENCY, config.samplingRate / 2] : [config.fMin, config.fMax];
  const hop = (isKaldi ? FRAME_SHIFT : config.hopLength) / config.samplingRate;
  const firstCentre = isKaldi ? FRAME_LENGTH / 2 / config.samplingRate : 0;
  const toMel = isKaldi ? kaldiMel : slaneyMel;
  const spacing = (toMel(highest) - toMel(lowest)) / (bins + 1);
  const start = firstCentre - hop / 2;
  return {
    toMel,
    mels: [toMel(lowest) + spacing / 2, toMel(lowest) + spacing * (bins + 0.5)],
    seconds: [start, start + frames * hop],
  };
}

/** Round frequencies in Hz within the axis, at least `gap` pixels from each other on an axis of `length` pixels. */
export function frequencyTicks({ toMel, mels: [low, high] }: SpectrogramAxes, length: number, gap = 15): number[] {
  const kept: number[] = [];
  const pixel = (hertz: number): number => ((toMel(hertz) - low) / (high - low)) * length;
  for (const hertz of ROUND_FREQUENCIES) {
    const at = pixel(hertz);
    if (at >= 0 && at <= length && kept.every((other) => Math.abs(pixel(other) - at) >= gap)) kept.push(hertz);
  }
  return kept.sort((a, b) => a - b);
}

/** 500, 1k, 20k. */
export const formatHertz = (hertz: number): string => (hertz >= 1000 ? `${hertz / 1000}k` : String(hertz));
