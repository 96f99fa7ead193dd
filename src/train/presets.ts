import type { ExtractorConfig } from '../audio/index.js';
import type { TrainingArguments } from './arguments.js';

const esc50Features = {
  maxLength: 512,
  mean: -6.6268077,
  std: 5.358466,
} as const satisfies Partial<ExtractorConfig>;

const esc50Arguments = {
  numTrainEpochs: 25,
  perDeviceTrainBatchSize: 48,
  optimizer: 'adam',
  learningRate: 1e-5,
  adamBeta1: 0.95,
  weightDecay: 5e-7,
  maxGradNorm: 0,
  lrSchedulerType: 'step',
  lrSchedulerKwargs: { startEpoch: 5, stepSize: 1, gamma: 0.85 },
} as const satisfies Partial<TrainingArguments>;

/**
 * Recipes that were published with their results.
 *
 * `esc50`: what the authors of AST fine-tune on ESC-50 with, from a checkpoint trained on AudioSet, for a five-fold accuracy
 * of 95.6 ([their script](https://github.com/YuanGongND/ast/blob/master/egs/esc50/run_esc.sh)): 512 frames with the
 * statistics of ESC-50; up to 24 mel bins and 96 frames masked; Adam at 1e-5, × 0.85 with every epoch after the fifth;
 * batches of 48; 25 epochs. One thing differs: their decay of 5e-7 applies to biases and LayerNorm too.
 *
 * A batch of 48 in parts, for less memory: `{ ...presets.esc50.args, perDeviceTrainBatchSize: 8,
 * gradientAccumulationSteps: 6 }`.
 *
 * @example
 * ```ts
 * const { args, extractorConfig, masking } = presets.esc50;
 * const trainer = new Trainer({
 *   model, // ASTForAudioClassification.fromPretrained('MIT/ast-finetuned-audioset-10-10-0.4593', { labels, maxLength: 512 })
 *   extractor: new MelSpectrogramExtractor(extractorConfig),
 *   trainDataset,
 *   evalDataset,
 *   args,
 *   augment: spectrogramMasking(masking),
 * });
 * ```
 */
export const presets = {
  esc50: {
    args: esc50Arguments,
    extractorConfig: esc50Features,
    masking: { frequency: 24, time: 96, extractorConfig: esc50Features, maskValue: 'padding' },
  },
} as const;
