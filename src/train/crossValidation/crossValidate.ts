import { platform } from '#platform';
import { useBackend } from '../../backends/index.js';
import { checksum } from '../../datasets/checksum.js';
import { type AudioDataset, selectFolds } from '../../datasets/index.js';
import { foldsOf } from '../../datasets/subset.js';
import { TrainingError } from '../../errors.js';
import type { TrainingArguments } from '../arguments.js';
import type { TrainerCallback } from '../callbacks.js';
import { completeArguments } from '../checkArguments.js';
import type { TrainableModel } from '../model.js';
import { describeArguments, describeDataset, plain, type RunDescription } from '../runDescription.js';
import { Trainer, type TrainerOptions } from '../trainer.js';
import { type CrossValidationRun, readFolds, readRun, writeFold } from './foldFiles.js';
import { keepFeatures } from './keepFeatures.js';
import { toResult } from './result.js';
import type { CrossValidationResult, FoldResult } from './types.js';
import { withFolds } from './withFolds.js';

/** What a model is made for. */
export interface FoldContext {
  /** The fold that it is tested on, from 1. */
  readonly fold: number;
  /** Names of the classes: the model's labels. */
  readonly labels: readonly string[];
  /** The seed of the run, for new weights. */
  readonly seed: number;
}

/** Settings of {@link crossValidate}; those of the Trainer are for every fold. */
export interface CrossValidationOptions
  extends Pick<TrainerOptions, 'extractor' | 'augment' | 'loss' | 'backend' | 'onWarning'> {
  /** What tables and {@link compare} call it. */
  readonly name: string;
  /** All clips, of all folds. */
  readonly dataset: AudioDataset;
  /** Makes the model of a fold, always anew; it is disposed after the fold where it has `dispose`. */
  readonly makeModel: (context: FoldContext) => CrossValidatedModel | Promise<CrossValidatedModel>;
  /**
   * How many folds to make of a data set that has none of its own. Default 5. Clips of one recording (`sourceOf`) stay in one fold, classes
   * are spread evenly.
   */
  readonly folds?: number;
  /** The folds to train now, such as `[1]`: others can be trained in other processes. Default: all. */
  readonly only?: readonly number[];
  /** Where each fold's result goes, `fold-N.json`. A fold that is there is not trained again. Without one nothing is written. */
  readonly outputDir?: string;
  /**
   * What else makes this run differ from others, such as `{ model: 'small' }`: functions cannot be compared. Kept in the files: with other
   * settings than theirs `crossValidate` throws.
   */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Arguments of the Trainer. `evalStrategy` is `'no'` unless told otherwise. With a `saveStrategy`, each fold has its checkpoints in
   * `outputDir`/fold-N, and one that was broken off goes on from there.
   */
  readonly args?: Partial<Omit<TrainingArguments, 'outputDir' | 'resumeFromCheckpoint'>>;
  /** Makes the callbacks of a fold's Trainer. */
  readonly callbacks?: (fold: number) => readonly TrainerCallback[];
  /** Told of each fold when it is done. */
  readonly onFoldEnd?: (result: FoldResult) => void;
}

/** A model that can be freed. */
export interface CrossValidatedModel extends TrainableModel {
  /** Frees its parameters. */
  dispose?(): void;
}

/**
 * k-fold cross-validation: for each fold a new model, trained on the others and tested on it. ESC-50's five official folds
 * are used where the data set has them. Each model is freed before the next is made; features are made once for all folds.
 *
 * With an `outputDir` a run that is broken off goes on where it was, and folds can be trained in processes of their own
 * (`only`); whoever comes last, or {@link readCrossValidation}, puts them together.
 *
 * @throws {TrainingError} before any work when the data set cannot be taken apart so, `only` names a fold that it has not, or
 * `outputDir` holds results of another run; and as the {@link Trainer}
 * @throws {DatasetError} before any work when there are fewer recordings than `folds`
 * @throws {CheckpointError} when a result in `outputDir` is broken
 * @example
 * ```ts
 * const result = await crossValidate({
 *   name: 'small AST',
 *   dataset: await loadDataset('./ESC-50'),
 *   extractor: new MelSpectrogramExtractor({ maxLength: 512 }),
 *   makeModel: ({ labels, seed }) =>
 *     ASTForAudioClassification.fromConfig({ ...astPresets.small, maxLength: 512 }, { labels, seed }),
 *   args: { numTrainEpochs: 20, learningRate: 5e-4 },
 *   outputDir: 'runs/small',
 * });
 * console.log(String(result), result.mean.evalAccuracy, result.std.evalAccuracy);
 * ```
 */
export async function crossValidate(options: CrossValidationOptions): Promise<CrossValidationResult> {
  const { name, outputDir, only, onFoldEnd } = options;
  const dataset = withFolds(options.dataset, options.folds);
  const allFolds = foldsOf(dataset);
  const unknown = only?.find((fold) => !allFolds.includes(fold));
  if (unknown !== undefined)
    throw new TrainingError(`only: ${dataset.name} has the folds ${allFolds.join(', ')}; there is no fold ${unknown}.`);
  const run: CrossValidationRun = { name, labels: dataset.labels, allFolds, description: describe(options, dataset) };
  const results = outputDir === undefined ? [] : await readFolds(outputDir, run);
  const shared = keepsFeatures(options, dataset) ? keepFeatures(dataset, options.extractor) : dataset;
  for (const fold of allFolds) {
    const isDone = results.some((result) => result.fold === fold);
    if (isDone || (only && !only.includes(fold))) continue;
    const result = await runFold(fold, allFolds, shared, options);
    if (outputDir !== undefined) await writeFold(outputDir, run, result);
    results.push(result);
    onFoldEnd?.(result);
  }
  if (results.length === 0) throw new TrainingError('only: expected one fold or more, as none is done yet; got none.');
  // Other processes may have been at work meanwhile.
  return toResult(run, outputDir === undefined ? results : await readFolds(outputDir, run));
}

/**
 * Puts the folds together that {@link crossValidate} wrote to its `outputDir`, in however many processes.
 *
 * @throws {TrainingError} when there is none, or they are of different runs
 * @throws {CheckpointError} when a file is broken
 * @example
 * ```ts
 * console.log(String(await readCrossValidation('runs/small')));
 * ```
 */
export async function readCrossValidation(outputDir: string): Promise<CrossValidationResult> {
  const { run, results } = await readRun(outputDir);
  return toResult(run, results);
}

async function runFold(
  fold: number,
  allFolds: readonly number[],
  dataset: AudioDataset,
  options: CrossValidationOptions,
): Promise<FoldResult> {
  const { extractor, augment, loss, backend, onWarning, callbacks } = options;
  if (backend) await useBackend(backend); // new weights are tensors already
  const args = argumentsOf(options, fold);
  const trainDataset = selectFolds(
    dataset,
    allFolds.filter((other) => other !== fold),
  );
  const evalDataset = selectFolds(dataset, [fold]);
  // An optimizer of the caller's own begins anew with each model.
  const resetOptimizer = (): void => (typeof args.optimizer === 'object' ? args.optimizer.dispose() : undefined);
  resetOptimizer();
  const model = await options.makeModel({ fold, labels: dataset.labels, seed: completeArguments(args).seed });
  try {
    const trainer = new Trainer({
      model,
      extractor,
      trainDataset,
      evalDataset,
      args,
      augment,
      loss,
      onWarning,
      callbacks: callbacks?.(fold),
    });
    const { globalStep, trainingLoss, runtime, backend: active, skipped, interruptedBy } = await trainer.train();
    if (interruptedBy)
      throw new TrainingError(`Fold ${fold} was ended by ${interruptedBy}; call crossValidate again to go on.`);
    const predictions = await trainer.predict();
    return { fold, training: { globalStep, trainingLoss, runtime, backend: active, skipped }, predictions };
  } finally {
    model.dispose?.();
    resetOptimizer();
  }
}

/** The arguments of a fold's Trainer. */
function argumentsOf({ args = {}, outputDir }: CrossValidationOptions, fold: number): Partial<TrainingArguments> {
  const saves = outputDir !== undefined && args.saveStrategy !== undefined && args.saveStrategy !== 'no';
  return {
    ...args,
    evalStrategy: args.evalStrategy ?? 'no',
    ...(saves && { outputDir: platform.files?.join(outputDir, `fold-${fold}`), resumeFromCheckpoint: true }),
  };
}

/** All that the numbers depend on, as far as it can be told. */
function describe(options: CrossValidationOptions, dataset: AudioDataset): RunDescription {
  const { extractor, augment, loss, settings } = options;
  const places = Array.from({ length: dataset.length }, (_, index) => dataset.foldOf?.(index) ?? 0);
  return plain({
    args: describeArguments(completeArguments(argumentsOf(options, 1))),
    extractor: extractor.config ?? {},
    dataset: { ...describeDataset(dataset), folds: `check sum ${checksum(Int32Array.from(places))}` },
    augment: augment ? Object.keys(typeof augment === 'function' ? { features: augment } : augment).join(', ') : 'none',
    loss: loss ? 'your own' : 'default',
    settings: settings ?? {},
  });
}

/** Features are kept for all folds where each Trainer would keep its own: not on disk, made by threads, or of sounds that are changed. */
const keepsFeatures = ({ args = {}, augment }: CrossValidationOptions, dataset: AudioDataset): boolean =>
  !dataset.features &&
  (args.cacheFeatures ?? true) &&
  !args.prefetchWorkers &&
  !(typeof augment === 'object' && augment.waveform);
