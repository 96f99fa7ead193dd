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
  id2label: v.nullish(v.record(v.string(), v.string())),
  // Scripts of transformers' documentation write these ids as strings.
  label2id: v.nullish(v.record(v.string(), v.union([v.number(), v.string()]))),
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
  // num_labels is 2 unless given.
  if (!file.id2label && !file.label2id) return unnamedLabels(file.num_labels ?? 2);
  const names = file.id2label ?? invert(file.label2id!);
  const entries = Object.entries(names);
  const labels = Array.from({ length: entries.length }, (_, i) => names[i]);
  const gap = labels.indexOf(undefined);
  if (entries.length === 0 || gap >= 0)
    throw new CheckpointError(
      `${name}: config.json, ${file.id2label ? 'id2label: expected keys' : 'label2id: expected ids'} 0 to ` +
        `${entries.length - 1}, ${Math.max(gap, 0)} is missing.`,
    );
  return labels as string[];
}

const invert = (label2id: Record<string, number | string>): Record<string, string> =>
  Object.fromEntries(Object.entries(label2id).map(([label, id]) => [id, label]));

/** Classes without names, as transformers calls them. */
export const unnamedLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `LABEL_${i}`);

/** What {@link parseConfigFile} reads back, over the keys of `base` (a file read before) that this library does not know. */
export function toConfigFile(
  config: ASTConfig,
  labels: readonly string[],
  base: Record<string, unknown> = {},
): Record<string, unknown> {
  const json: Record<string, unknown> = {
    architectures: ['ASTForAudioClassification'],
    model_type: 'audio-spectrogram-transformer',
    // The key is dtype from transformers 5 on, which reads both.
    ...(!('dtype' in base) && { torch_dtype: 'float32' }),
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
