import * as tf from '@tensorflow/tfjs-core';
import type { BackendName, CustomBackend } from '../backends/index.js';
import type { AudioDataset } from '../datasets/index.js';
import type { EvaluationResult, TrainingHistory } from '../results/index.js';
import { type FeatureExtractor, type TrainableModel, Trainer } from '../train/index.js';
import { type AttentionOptions, addAttention } from './addAttention.js';
import { extractorFor } from './extractorFor.js';
import { toEvaluation } from './toEvaluation.js';

/** Settings of {@link evaluateModel}. */
export interface EvaluateModelOptions {
  /** Turns a clip into the model's input. Default: that of the model's `extractorConfig`. */
  readonly extractor?: FeatureExtractor;
  /** What tables and pictures call it. Default: the data set's name. */
  readonly name?: string;
  /** Clips a forward pass. Default 8. */
  readonly batchSize?: number;
  /** The backend to compute on. Default: the active one. */
  readonly backend?: 'auto' | BackendName | CustomBackend;
  /** What a recording that cannot be read does: end the evaluation, or be left out and listed in the result. Default `'throw'`. */
  readonly onUnreadable?: 'throw' | 'skip';
  /** Where the model looked in a clip, for reports; asked after all clips are evaluated. */
  readonly attention?: AttentionOptions['attention'];
  /** The clips that `attention` is asked about: those that are misclassified (default), or all. */
  readonly attentionFor?: AttentionOptions['attentionFor'];
  /** Told of the clips that are done, batch by batch. */
  readonly onProgress?: (done: number, total: number) => void;
  /** How the model was trained, from {@link trainingHistory}. */
  readonly training?: TrainingHistory;
  /** What else the numbers depend on, such as training arguments: what survives JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a model over a data set, and gives all that is known of it as plain data, from which reports, pictures and comparisons
 * are computed without running it again. `String(result)` is a report for the terminal; JSON, {@link saveEvaluation} keep it.
 *
 * A clip counts as misclassified when the class with the largest score is none of its classes.
 *
 * @throws {EvaluationError} when no extractor is given, and the model does not say which it needs
 * @throws {TrainingError} when the data set does not fit the model, or scores are not numbers
 * @throws {DatasetError} at a recording that cannot be read, unless they are skipped
 * @example
 * ```ts
 * const model = await ASTForAudioClassification.fromPretrained('runs/esc50/model');
 * const test = await loadDataset('./ESC-50', { config: 'fold1', split: 'test' });
 * const result = await evaluateModel(model, test, { name: 'AST', backend: 'auto' });
 * console.log(String(result));
 * await saveEvaluation(result, 'runs/esc50/evaluation.json');
 * ```
 */
export async function evaluateModel(
  model: TrainableModel & { readonly extractorConfig?: FeatureExtractor['config'] },
  dataset: AudioDataset,
  options: EvaluateModelOptions = {},
): Promise<EvaluationResult> {
  const { name, batchSize = 8, backend, onUnreadable = 'throw', onProgress, training, settings } = options;
  const extractor = options.extractor ?? extractorFor(model);
  // A clip is needed once: keeping its features would only take memory.
  const args = { perDeviceEvalBatchSize: batchSize, onUnreadable, cacheFeatures: false, disableProgress: true };
  const trainer = new Trainer({ model, extractor, args, backend });
  const predictions = await trainer.predict(dataset, { onProgress });
  const result = toEvaluation(predictions, {
    model,
    dataset,
    extractor,
    name,
    backend: tf.getBackend(),
    training,
    settings: { batchSize, ...settings },
  });
  const { attention, attentionFor } = options;
  return attention ? addAttention(result, dataset, extractor, { attention, attentionFor }) : result;
}
