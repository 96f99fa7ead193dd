import type { ExtractorConfig } from '../audio/index.js';
import { type PushedRepository, type PushToHubOptions, pushToHub, type ShardSize } from '../hub/index.js';
import { type ModelCardFacts, modelCard, saveModelCard } from '../modelCard/index.js';
import type { ASTConfig } from './config.js';

/** How a model is uploaded to the Hub. */
export interface PushModelOptions extends Omit<PushToHubOptions, 'modelCard'> {
  /** What the model card tells beyond what the model knows of itself; or its whole text. */
  card?: Partial<ModelCardFacts> | string;
  /** Settings of the features the model was trained on, where they are not its own. */
  extractorConfig?: ExtractorConfig;
  /** Weights of more than so many bytes go to several files. Default `'50GB'`; the Hub takes files of up to 50 GB. */
  maxShardSize?: ShardSize;
}

/** What is uploaded of a model. */
interface ModelToPush {
  readonly config: ASTConfig;
  readonly labels: readonly string[];
  readonly extractorConfig: ExtractorConfig;
  savePretrained(
    directory: string,
    options: { extractorConfig?: ExtractorConfig; maxShardSize?: ShardSize },
  ): Promise<void>;
}

/** Uploads a model with its card. */
export function pushModel(
  model: ModelToPush,
  repoId: string,
  { card = {}, extractorConfig = model.extractorConfig, maxShardSize, ...options }: PushModelOptions,
): Promise<PushedRepository> {
  const write = async (directory: string, modelId: string): Promise<void> => {
    await model.savePretrained(directory, { extractorConfig, ...(maxShardSize && { maxShardSize }) });
    const facts = {
      modelId,
      labels: model.labels,
      problemType: model.config.problemType,
      samplingRate: extractorConfig.samplingRate,
      seconds: extractorConfig.maxLength / 100,
    };
    await saveModelCard(directory, typeof card === 'string' ? card : modelCard({ ...facts, ...card }));
  };
  return pushToHub(write, repoId, options);
}
