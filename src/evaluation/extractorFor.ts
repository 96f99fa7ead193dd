import { type ExtractorConfig, type LogMelConfig, LogMelExtractor, MelSpectrogramExtractor } from '../audio/index.js';
import { EvaluationError } from '../errors.js';
import type { FeatureExtractor, TrainableModel } from '../train/index.js';

/**
 * What makes the features that a model was trained on.
 *
 * @throws {EvaluationError} when the model does not say
 */
export function extractorFor(
  model: TrainableModel & { readonly extractorConfig?: FeatureExtractor['config'] },
): FeatureExtractor {
  const config = model.extractorConfig;
  if (!config)
    throw new EvaluationError(
      'This model has no extractorConfig, so it does not say of which features it is made; pass the extractor that it was ' +
        'trained with: { extractor }.',
    );
  return isLogMel(config) ? new LogMelExtractor(config) : new MelSpectrogramExtractor(config);
}

const isLogMel = (config: ExtractorConfig | LogMelConfig): config is LogMelConfig => 'hopLength' in config;
