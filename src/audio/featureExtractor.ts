import type { LogMelConfig } from './logMelConfig.js';
import type { ExtractorConfig } from './preprocessorConfig.js';
import type { MelSpectrogram, Waveform } from './waveform.js';

/** What makes features of a sound, e.g. a MelSpectrogramExtractor or a LogMelExtractor. */
export interface FeatureExtractor {
  /** Settings that are saved with the model. */
  readonly config?: ExtractorConfig | LogMelConfig;
  /** Features of one sound; of the same size for every sound. */
  extract(waveform: Waveform): MelSpectrogram;
}
