import * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import type { AudioDataset } from '../datasets/index.js';
import { EvaluationError } from '../errors.js';
import { type EvaluatedClip, type EvaluationResult, type TrainingHistory, withText } from '../results/index.js';
import type { FeatureExtractor, PredictionOutput, TrainableModel } from '../train/index.js';
import { version } from '../version.js';
import { binaryCrossEntropyOf, crossEntropyOf, sigmoid, softmax } from './scores.js';

/** What {@link toEvaluation} needs to know besides the predictions. */
export interface ToEvaluationOptions {
  /** The model that predicted: its labels and config. */
  readonly model: TrainableModel;
  /** The clips that it predicted: their names and sources. */
  readonly dataset: AudioDataset;
  /** What made the features: its settings are kept. */
  readonly extractor?: FeatureExtractor;
  /** What tables and pictures call it. Default: the data set's name. */
  readonly name?: string;
  /** The backend that computed. Default: the active one. */
  readonly backend?: string;
  /** How the model was trained, from {@link trainingHistory}. */
  readonly training?: TrainingHistory;
  /** What else the numbers depend on, such as training arguments: what survives JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * The evaluation that belongs to predictions of a Trainer, without running the model again.
 *
 * Scores are the softmax of the logits, or their sigmoid for a model with several labels a sound; the loss of a clip is its
 * cross-entropy, or mean binary cross-entropy over the labels, whatever loss the Trainer has. Both are computed in float64.
 *
 * @throws {EvaluationError} when the predictions are not of this data set and this model
 * @example
 * ```ts
 * const { log, evaluations } = await trainer.train();
 * const predictions = await trainer.predict(testDataset);
 * const result = toEvaluation(predictions, {
 *   model,
 *   dataset: testDataset,
 *   name: 'AST',
 *   training: trainingHistory({ log, evaluations }),
 * });
 * console.log(String(result));
 * ```
 */
export function toEvaluation(predictions: PredictionOutput, options: ToEvaluationOptions): EvaluationResult {
  const { model, dataset, extractor, name = dataset.name, backend = tf.getBackend(), training, settings } = options;
  const problemType = model.config.problemType ?? 'single_label_classification';
  return withText({
    format: 'ast-ts evaluation',
    formatVersion: 1,
    name,
    dataset: { name: dataset.name, sampleRate: dataset.sampleRate },
    labels: [...model.labels],
    problemType,
    clips: clipsOf(predictions, options, problemType === 'multi_label_classification'),
    skipped: predictions.skipped.map(({ id, reason }) => ({ id, reason })),
    timings: { total: predictions.runtime },
    versions: { 'ast-ts': version, 'tfjs-core': tf.version_core, [platform.name]: platform.version },
    settings: JSON.parse(
      JSON.stringify({ backend, extractor: extractor?.config ?? {}, model: model.config, ...settings }),
    ) as Record<string, unknown>,
    date: new Date().toISOString(),
    ...(training && { training }),
  });
}

function clipsOf(
  { ids, labels, classes, predictions, logits }: PredictionOutput,
  { model, dataset }: ToEvaluationOptions,
  hasSeveralLabels: boolean,
): EvaluatedClip[] {
  let index = -1; // predictions are in the data set's order, without those that were skipped
  return ids.map((id, i) => {
    do index++;
    while (index < dataset.length && dataset.idOf(index) !== id);
    if (index >= dataset.length)
      throw new EvaluationError(
        `The predictions have the clip ${id} as number ${i}, which ${dataset.name} does not have there; ` +
          'give the data set that was predicted.',
      );
    const row = logits[i]!;
    if (row.length !== model.labels.length)
      throw new EvaluationError(
        `The predictions have ${row.length} classes and the model ${model.labels.length}; give the model that predicted.`,
      );
    const own = classes[i]!;
    const source = dataset.sourceOf?.(index);
    return {
      id,
      label: labels[i]!,
      ...(own.length !== 1 && { classes: [...own] }),
      logits: [...row],
      scores: hasSeveralLabels ? row.map(sigmoid) : softmax(row),
      prediction: predictions[i]!,
      loss: hasSeveralLabels ? binaryCrossEntropyOf(row, own) : crossEntropyOf(row, labels[i]!),
      ...(source !== undefined && { source }),
    };
  });
}

/** What {@link trainingHistory} reads of a TrainResult or a TrainerState. */
export interface TrainingLog {
  readonly log: readonly {
    readonly step: number;
    readonly epoch: number;
    readonly loss: number;
    readonly learningRate: number;
    readonly gradNorm?: number;
  }[];
  readonly evaluations: readonly { readonly step: number; readonly evalLoss: number; readonly evalAccuracy: number }[];
}

/**
 * The course of a training run, for curves: of what `trainer.train()` gave, or of a callback's state.
 *
 * @example
 * ```ts
 * const training = trainingHistory(await trainer.train());
 * ```
 */
export function trainingHistory({ log, evaluations }: TrainingLog): TrainingHistory {
  const epochs = new Map(log.map(({ step, epoch }) => [step, epoch]));
  return {
    steps: log.map(({ step, epoch, loss, learningRate, gradNorm }) => ({
      step,
      epoch,
      loss,
      learningRate,
      ...(gradNorm !== undefined && { gradNorm }),
    })),
    evaluations: evaluations.map(({ step, evalLoss, evalAccuracy }) => ({
      step,
      epoch: epochs.get(step) ?? 0,
      loss: evalLoss,
      accuracy: evalAccuracy,
    })),
  };
}
