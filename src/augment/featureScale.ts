import type { ExtractorConfig, MelSpectrogram } from '../audio/index.js';
import { completeExtractorConfig, normalizeLogEnergy } from '../audio/preprocessorConfig.js';

/** How features were made, for augmentations that work before normalisation, as the authors of AST do. */
export interface FeatureScaleOptions {
  /** The extractor's settings, which say how the features were normalised. Default: as the extractor's defaults. */
  readonly extractorConfig?: Partial<ExtractorConfig>;
}

/** What log-mel energies are in normalised features: `(log energy - offset) * factor`. */
export interface FeatureScale {
  readonly offset: number;
  readonly factor: number;
  /** What 0 became: the extractor's padding. */
  readonly padding: number;
  /** What the mean became: 0, where features are normalised. */
  readonly mean: number;
  /** What the extractor's lowest energy became: bins that hold nothing. */
  readonly floor: number;
}

/** Kaldi's floor of mel energies. */
const LOWEST_LOG_ENERGY = Math.log(2 ** -23);

/** @throws {RangeError} when the settings are out of range */
export function featureScale(extractorConfig: Partial<ExtractorConfig>): FeatureScale {
  const config = completeExtractorConfig(extractorConfig);
  const { doNormalize, mean, std } = config;
  const [offset, factor] = doNormalize ? [mean, 1 / (2 * std)] : [0, 1];
  return {
    offset,
    factor,
    padding: normalizeLogEnergy(0, config),
    mean: doNormalize ? 0 : Math.fround(mean),
    floor: normalizeLogEnergy(LOWEST_LOG_ENERGY, config),
  };
}

/** Frames of the sound, which the extractor's padding follows. */
export function framesOfSound({ data, frames, bins }: MelSpectrogram, { padding }: FeatureScale): number {
  let end = frames * bins;
  while (end > 0 && data[end - 1] === padding) end--;
  return Math.ceil(end / bins);
}
