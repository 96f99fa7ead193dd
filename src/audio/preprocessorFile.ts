/** Hugging Face's `preprocessor_config.json`. Apart from its settings, so that a page that only extracts features carries no parser. */
import * as v from 'valibot';
import { CheckpointError } from '../errors.js';
import { openRepository, type RepositoryOptions } from '../hub/index.js';
import { completeExtractorConfig, type ExtractorConfig, type ExtractorKey } from './preprocessorConfig.js';

export const PREPROCESSOR_CONFIG = 'preprocessor_config.json';

/** The keys of the file that this library acts on or gives defaults. */
const schema = v.looseObject({
  feature_extractor_type: v.optional(v.literal('ASTFeatureExtractor')),
  sampling_rate: v.optional(v.number()),
  num_mel_bins: v.optional(v.number()),
  max_length: v.optional(v.number()),
  do_normalize: v.optional(v.boolean()),
  mean: v.optional(v.number()),
  std: v.optional(v.number()),
  feature_size: v.optional(v.number()),
  padding_side: v.optional(v.picklist(['left', 'right'])),
  padding_value: v.optional(v.number()),
  return_attention_mask: v.optional(v.boolean()),
});

const FILE_KEYS: Readonly<Record<ExtractorKey, string>> = {
  samplingRate: 'sampling_rate',
  numMelBins: 'num_mel_bins',
  maxLength: 'max_length',
  doNormalize: 'do_normalize',
  mean: 'mean',
  std: 'std',
  featureSize: 'feature_size',
  paddingSide: 'padding_side',
  paddingValue: 'padding_value',
  returnAttentionMask: 'return_attention_mask',
};

/** Reads the file of a checkpoint; throws as `openRepository` does, and as {@link parsePreprocessorConfig}. */
export async function readPreprocessorConfig(idOrPath: string, options: RepositoryOptions): Promise<ExtractorConfig> {
  const repository = await openRepository(idOrPath, options);
  return parsePreprocessorConfig(await repository.readJson(PREPROCESSOR_CONFIG), repository.name);
}

/**
 * Reads a Hugging Face `preprocessor_config.json`.
 * @param name what errors call the checkpoint
 * @throws {CheckpointError} that names the key which is malformed
 */
export function parsePreprocessorConfig(json: unknown, name: string): ExtractorConfig {
  const file = `${name}: preprocessor_config.json`;
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const key = v.getDotPath(issue) ?? '(top)';
    throw new CheckpointError(`${file}, key '${key}': expected ${issue.expected}, got ${issue.received}.`);
  }
  const values: Record<string, unknown> = { ...parsed.output };
  const config: Record<string, unknown> = {};
  for (const [key, fileKey] of Object.entries(FILE_KEYS)) {
    config[key] = values[fileKey];
    delete values[fileKey];
  }
  try {
    return completeExtractorConfig({ ...config, otherKeys: values }, (key) => FILE_KEYS[key]);
  } catch (error) {
    if (error instanceof RangeError) throw new CheckpointError(`${file}: ${error.message}`, [], { cause: error });
    throw error;
  }
}

/** The text of a `preprocessor_config.json`, keys sorted as Hugging Face sorts them. */
export function formatPreprocessorConfig({ otherKeys, ...config }: ExtractorConfig): string {
  const entries: [string, unknown][] = [
    ...Object.entries({ feature_extractor_type: 'ASTFeatureExtractor', ...otherKeys }),
    ...Object.entries(config).map(([key, value]): [string, unknown] => [FILE_KEYS[key as ExtractorKey], value]),
  ];
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}
