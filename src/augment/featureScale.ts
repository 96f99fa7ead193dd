import type { ExtractorConfig, MelSpectrogram } from '../audio/index.js';
import { completeExtractorConfig } from '../audio/preprocessorConfig.js';

/** How features were made, for augmentations that work before normalisation, as the authors of AST do. */
export interface FeatureScaleOptions {
  /** The extractor's settings, which say how the features were normalised. Default: as the extractor's defaults. */
  readonly extractorConfig?: Partial<ExtractorConfig>;
}

/** What log-mel energies are in normalised features: `(log energy - offset) * factor`. */
export interface FeatureScale {
  readonly offset: number;
  readonly factor: number;
  /** What 0 became: the extractor's padding, and what masks fill with. */
  readonly fill: number;
  /** What the extractor's lowest energy became: bins that hold nothing. */
  readonly floor: number;
}

/** Kaldi's floor of mel energies. */
const LOWEST_LOG_ENERGY = Math.log(2 ** -23);

/** @throws {RangeError} when the settings are out of range */
export function featureScale(extractorConfig: Partial<ExtractorConfig>): FeatureScale {
  const { doNormalize, mean, std } = completeExtractorConfig(extractorConfig);
  const [offset, factor] = doNormalize ? [mean, 1 / (2 * std)] : [0, 1];
  const feature = (logEnergy: number): number => Math.fround((logEnergy - offset) * factor);
  return { offset, factor, fill: feature(0), floor: feature(LOWEST_LOG_ENERGY) };
}

/** Frames of the sound, which the extractor's padding follows. */
export function framesOfSound({ data, frames, bins }: MelSpectrogram, { fill }: FeatureScale): number {
  let end = frames * bins;
  while (end > 0 && data[end - 1] === fill) end--;
  return Math.ceil(end / bins);
}
