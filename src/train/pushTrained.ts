import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { type PushedRepository, type PushToHubOptions, pushToHub } from '../hub/index.js';
import { classificationReport } from '../metrics/index.js';
import { type CardDataset, type ModelCardFacts, modelCard, saveModelCard } from '../modelCard/index.js';
import type { TrainingArguments } from './arguments.js';
import { type PredictionOutput, summarize } from './evaluationMetrics.js';
import type { FeatureExtractor, TrainableModel } from './model.js';

/** How a trained model is uploaded. */
export interface PushTrainedOptions extends Omit<PushToHubOptions, 'modelCard'> {
  /** What the model card tells beyond what the Trainer knows, e.g. `baseModel` and `license`; or its whole text. */
  card?: Partial<ModelCardFacts> | string;
  /** What `predict()` gave for `evalDataset`, where it need not be computed again. */
  predictions?: PredictionOutput;
}

/** What a Trainer knows for a model card. */
export interface TrainedModel {
  readonly model: TrainableModel;
  readonly extractor: FeatureExtractor;
  readonly args: TrainingArguments;
  readonly trainDataset?: AudioDataset | undefined;
  readonly evalDataset?: AudioDataset | undefined;
}

/** Arguments that say nothing of what was learned. */
const LEFT_OUT: readonly string[] = [
  'outputDir',
  'overwriteOutputDir',
  'resumeFromCheckpoint',
  'disableProgress',
  'perDeviceEvalBatchSize',
  'prefetchWorkers',
  'cacheFeatures',
  'autoFindBatchSize',
];
const isLeftOut = (name: string): boolean => LEFT_OUT.includes(name) || /^(save|logging|eval)/.test(name);

/** The card of a trained model: data, hyper-parameters and, where there are predictions, results of every class. */
export function trainedModelCard(
  repoId: string,
  trained: TrainedModel,
  predictions: PredictionOutput | undefined,
  card: Partial<ModelCardFacts>,
): string {
  const { model, extractor, args, trainDataset, evalDataset } = trained;
  const { samplingRate, maxLength } = (extractor.config ?? {}) as { samplingRate?: number; maxLength?: number };
  const hyperparameters = Object.entries(args)
    .filter(([name, value]) => !isLeftOut(name) && value !== undefined)
    .map(([name, value]) => [
      name,
      name === 'optimizer' && typeof value === 'object' ? 'an optimizer of its own' : value,
    ]);
  return modelCard({
    modelId: repoId,
    labels: model.labels,
    ...(model.config.problemType && { problemType: model.config.problemType }),
    ...(samplingRate && { samplingRate }),
    ...(maxLength && { seconds: maxLength / 100 }),
    ...(trainDataset && { trainDataset: describe(trainDataset) }),
    ...(evalDataset && { evalDataset: describe(evalDataset) }),
    hyperparameters: Object.fromEntries(hyperparameters),
    ...(predictions && resultsOf(predictions, model)),
    ...card,
  });
}

const describe = ({ name, length }: AudioDataset): CardDataset => ({ name, clips: length });

function resultsOf(predictions: PredictionOutput, { labels, config }: TrainableModel): Partial<ModelCardFacts> {
  const { evalLoss, evalMeanAveragePrecision } = summarize(predictions);
  const metrics = { loss: evalLoss, mean_average_precision: evalMeanAveragePrecision };
  if (config.problemType === 'multi_label_classification') return { metrics };
  const report = classificationReport(predictions.labels, predictions.predictions, {
    labels: labels.map((_, label) => label),
    targetNames: labels,
  });
  const right = predictions.labels.filter((label, i) => label === predictions.predictions[i]).length;
  // The report has none where a class does not occur.
  return { metrics: { ...metrics, accuracy: right / predictions.labels.length }, report };
}

/** Uploads what a Trainer trained; computes predictions for the card when the Hub has accepted the token. */
export function pushTrained(
  repoId: string,
  trained: TrainedModel,
  work: { save(directory: string): Promise<void>; predict(): Promise<PredictionOutput> },
  { card = {}, predictions, ...options }: PushTrainedOptions,
): Promise<PushedRepository> {
  if (!trained.model.savePretrained) throw new TrainingError('This model has no savePretrained(directory) method.');
  const textOf = async (id: string): Promise<string> => {
    if (typeof card === 'string') return card;
    const results = predictions ?? (trained.evalDataset && (await work.predict()));
    return trainedModelCard(id, trained, results, card);
  };
  const write = async (directory: string, id: string): Promise<void> => {
    await work.save(directory);
    await saveModelCard(directory, await textOf(id));
  };
  return pushToHub(write, repoId, options);
}
