/** What an evaluation says, computed from its clips. */
import {
  accuracy,
  balancedAccuracy,
  binaryReliabilityDiagram,
  type CalibrationOptions,
  type ClassificationReport,
  classificationReport,
  confusionMatrix,
  meanAveragePrecision,
  type ReliabilityDiagram,
  reliabilityDiagram,
} from '../metrics/index.js';
import type { EvaluationResult } from './types.js';

/** The clips of an evaluation as columns, for the functions of `ast-ts/metrics`: one entry for each clip, in their order. */
export interface EvaluationColumns {
  readonly ids: readonly string[];
  /** True class of each clip. */
  readonly labels: readonly number[];
  /** The class with the largest score. */
  readonly predictions: readonly number[];
  /** 1 for the true classes of a clip, else 0, [clips, labels]. */
  readonly targets: readonly (readonly number[])[];
  /** In [0, 1], [clips, labels]. */
  readonly scores: readonly (readonly number[])[];
  /** Before softmax or sigmoid, [clips, labels]. */
  readonly logits: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly sources: readonly (string | undefined)[];
}

/**
 * The clips of an evaluation as columns.
 *
 * @example
 * ```ts
 * const { labels, predictions } = predictionsOf(result);
 * console.log(cohenKappa(labels, predictions));
 * ```
 */
export function predictionsOf({ clips, labels }: EvaluationResult): EvaluationColumns {
  const classes = [...labels.keys()];
  return {
    ids: clips.map(({ id }) => id),
    labels: clips.map(({ label }) => label),
    predictions: clips.map(({ prediction }) => prediction),
    targets: clips.map((clip) => classes.map((label) => Number((clip.classes ?? [clip.label]).includes(label)))),
    scores: clips.map(({ scores }) => scores),
    logits: clips.map(({ logits }) => logits),
    losses: clips.map(({ loss }) => loss),
    sources: clips.map(({ source }) => source),
  };
}

/**
 * Precision, recall, F1 and support of every class of an evaluation; as text, scikit-learn's table. All classes of the
 * evaluation are in it, also those without a clip.
 *
 * @param options `digits`: decimals in the text, default 2
 * @example
 * ```ts
 * console.log(reportOf(result).classes.map(({ name, f1Score }) => `${name}: ${f1Score}`));
 * ```
 */
export function reportOf(
  result: EvaluationResult,
  { digits }: { readonly digits?: number } = {},
): ClassificationReport {
  const { labels, predictions } = predictionsOf(result);
  const classes = [...result.labels.keys()];
  return classificationReport(labels, predictions, { labels: classes, targetNames: result.labels, digits });
}

/**
 * How often each class was taken for each, [labels, labels]: row = truth, column = prediction.
 *
 * @param options `normalize`: divide by the row sum (`'true'`), the column sum (`'pred'`) or the total (`'all'`)
 * @example
 * ```ts
 * console.log(formatConfusionMatrix(confusionMatrixOf(result), result.labels));
 * ```
 */
export function confusionMatrixOf(
  result: EvaluationResult,
  { normalize }: { readonly normalize?: 'true' | 'pred' | 'all' } = {},
): number[][] {
  const { labels, predictions } = predictionsOf(result);
  return confusionMatrix(labels, predictions, { labels: [...result.labels.keys()], normalize });
}

/** Single figures for how good a model is. */
export interface SummaryMetrics {
  /** Share of the clips whose class is predicted right. */
  readonly accuracy: number;
  /** Mean recall of the classes that have clips. */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes that are a clip's truth or prediction. */
  readonly macroF1: number;
  /** Mean average precision of the classes that have clips: the measure for sounds with several labels. */
  readonly meanAveragePrecision: number;
}

/**
 * Accuracy, balanced accuracy, macro F1, mean average precision and mean loss of an evaluation: the numbers of scikit-learn, and
 * of `trainer.evaluate()`.
 *
 * @example
 * ```ts
 * const { accuracy, macroF1 } = metricsOf(result);
 * ```
 */
export function metricsOf(result: EvaluationResult): SummaryMetrics & { readonly loss: number } {
  const { labels, predictions, targets, logits, losses } = predictionsOf(result);
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    accuracy: accuracy(labels, predictions),
    balancedAccuracy: balancedAccuracy(labels, predictions),
    macroF1: classificationReport(labels, predictions).macroAvg.f1Score,
    meanAveragePrecision: meanAveragePrecision(targets, logits),
  };
}

/**
 * Whether scores are as sure as they are right: of the class with the largest score, or, for sounds with several labels, of every
 * label by itself.
 *
 * @param options `bins`: default 15
 * @example
 * ```ts
 * console.log(calibrationOf(result, { bins: 10 }).expectedCalibrationError);
 * ```
 */
export function calibrationOf(result: EvaluationResult, options: CalibrationOptions = {}): ReliabilityDiagram {
  const { labels, targets, scores } = predictionsOf(result);
  return result.problemType === 'multi_label_classification'
    ? binaryReliabilityDiagram(targets.flat(), scores.flat(), options)
    : reliabilityDiagram(labels, scores, options);
}
