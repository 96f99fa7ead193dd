import * as v from 'valibot';
import { CheckpointError } from '../errors.js';
import { type ASTConfig, completeConfig } from './config.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000));
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** The keys of `config.json` this library acts on. All others are kept as they are and written back. */
const schema = v.looseObject({
  model_type: v.optional(v.literal('audio-spectrogram-transformer')),
  hidden_size: v.optional(count),
  num_hidden_layers: v.optional(v.pipe(count, v.maxValue(1000))),
  num_attention_heads: v.optional(count),
  intermediate_size: v.optional(count),
  hidden_act: v.optional(v.literal('gelu')),
  hidden_dropout_prob: v.optional(probability),
  attention_probs_dropout_prob: v.optional(probability),
  initializer_range: v.optional(v.number()),
  layer_norm_eps: v.optional(v.number()),
  patch_size: v.optional(count),
  qkv_bias: v.optional(v.boolean()),
  frequency_stride: v.optional(count),
  time_stride: v.optional(count),
  max_length: v.optional(count),
  num_mel_bins: v.optional(count),
  problem_type: v.nullish(v.picklist(['single_label_classification', 'multi_label_classification'])),
  num_labels: v.optional(count),
  id2label: v.optional(v.record(v.string(), v.string())),
});

const camelKeys: Record<string, keyof ASTConfig> = {
  hidden_size: 'hiddenSize',
  num_hidden_layers: 'numHiddenLayers',
  num_attention_heads: 'numAttentionHeads',
  intermediate_size: 'intermediateSize',
  hidden_act: 'hiddenAct',
  hidden_dropout_prob: 'hiddenDropoutProb',
  attention_probs_dropout_prob: 'attentionProbsDropoutProb',
  initializer_range: 'initializerRange',
  layer_norm_eps: 'layerNormEps',
  patch_size: 'patchSize',
  qkv_bias: 'qkvBias',
  frequency_stride: 'frequencyStride',
  time_stride: 'timeStride',
  max_length: 'maxLength',
  num_mel_bins: 'numMelBins',
};

export interface ParsedConfigFile {
  config: ASTConfig;
  labels: string[];
  /** The file as it was: what a save starts from. */
  json: Record<string, unknown>;
}

/** Reads a Hugging Face `config.json`. Throws a CheckpointError that names the key. */
export function parseConfigFile(json: unknown, name: string): ParsedConfigFile {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new CheckpointError(
      `${name}: config.json, key '${v.getDotPath(issue) ?? '(top)'}': expected ${issue.expected}, got ${issue.received}. ` +
        'This library reads checkpoints of the Audio Spectrogram Transformer.',
    );
  }
  const file = parsed.output;
  const partial: Record<string, unknown> = {};
  for (const [snake, camel] of Object.entries(camelKeys)) partial[camel] = file[snake];
  if (file.problem_type === 'multi_label_classification') partial['problemType'] = file.problem_type;
  try {
    return { config: completeConfig(partial), labels: labelsOf(file, name), json: { ...file } };
  } catch (error) {
    if (error instanceof RangeError) throw new CheckpointError(`${name}: config.json: ${error.message}`);
    throw error;
  }
}

function labelsOf(file: v.InferOutput<typeof schema>, name: string): string[] {
  // Without names, transformers makes LABEL_0 … of num_labels, which is 2 unless given.
  if (!file.id2label) return Array.from({ length: file.num_labels ?? 2 }, (_, i) => `LABEL_${i}`);
  const entries = Object.entries(file.id2label);
  const labels = Array.from({ length: entries.length }, (_, i) => file.id2label![i]);
  const gap = labels.indexOf(undefined);
  if (entries.length === 0 || gap >= 0)
    throw new CheckpointError(
      `${name}: config.json, id2label: expected keys 0 to ${entries.length - 1}, key ${Math.max(gap, 0)} is missing.`,
    );
  return labels as string[];
}

/** What {@link parseConfigFile} reads back, over the keys of `base` (a file read before) that this library does not know. */
export function toConfigFile(
  config: ASTConfig,
  labels: readonly string[],
  base: Record<string, unknown> = {},
): Record<string, unknown> {
  const json: Record<string, unknown> = {
    architectures: ['ASTForAudioClassification'],
    model_type: 'audio-spectrogram-transformer',
    torch_dtype: 'float32',
    ...base,
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
  // Weights are written in float32, whatever the source stored them in.
  for (const key of ['torch_dtype', 'dtype']) if (key in json) json[key] = 'float32';
  if ('num_labels' in json) json['num_labels'] = labels.length;
  for (const [snake, camel] of Object.entries(camelKeys)) json[snake] = config[camel];
  // Without one, transformers takes a single label; then the file stays without.
  if (config.problemType === 'multi_label_classification' || base['problem_type'])
    json['problem_type'] = config.problemType;
  return json;
}
