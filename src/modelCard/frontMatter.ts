import type { ModelCardFacts } from './facts.js';
import { yamlString } from './text.js';

type Yaml = string | number | { readonly [key: string]: Yaml | undefined } | readonly Yaml[];

/** The metadata at the head of a model card, by which the Hub files and shows the model (https://huggingface.co/docs/hub/model-cards). */
export function frontMatter(facts: ModelCardFacts, metrics: Readonly<Record<string, number>>): string {
  const { baseModel, license, trainDataset, evalDataset, tags = [] } = facts;
  const datasets = [...new Set([trainDataset?.id, evalDataset?.id].filter((id) => id !== undefined))];
  const names = Object.keys(metrics);
  const metadata = {
    // What loads it in Python: the Hub shows how, and lets visitors try it.
    library_name: 'transformers',
    pipeline_tag: 'audio-classification',
    license,
    base_model: baseModel,
    tags: [...new Set(['audio-classification', 'audio-spectrogram-transformer', 'ast-ts', ...tags])],
    datasets: datasets.length > 0 ? datasets : undefined,
    metrics: names.length > 0 ? names : undefined,
    'model-index': evalDataset && names.length > 0 ? [modelIndex(facts, metrics)] : undefined,
  };
  return `---\n${yamlLines(metadata).join('\n')}\n---`;
}

/** The results, in the form that the Hub's leaderboards read. */
function modelIndex(
  { modelId, evalDataset }: ModelCardFacts,
  metrics: Readonly<Record<string, number>>,
): { [key: string]: Yaml } {
  const { name, id, split } = evalDataset!;
  return {
    name: modelId.split('/').at(-1)!,
    results: [
      {
        task: { type: 'audio-classification', name: 'Audio Classification' },
        dataset: { name, type: id ?? name, ...(split && { split }) },
        metrics: Object.entries(metrics).map(([type, value]) => ({ type, value, name: type.replaceAll('_', ' ') })),
      },
    ],
  };
}

/** Mappings and lists in block style, strings in quotes. */
function yamlLines(value: { readonly [key: string]: Yaml | undefined }): string[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    if (entry === undefined) return [];
    const name = /^[a-z_-]+$/.test(key) ? key : yamlString(key);
    if (typeof entry !== 'object') return [`${name}: ${scalar(entry)}`];
    const lines = isList(entry) ? entry.flatMap(listItem) : yamlLines(entry).map((line) => `  ${line}`);
    return [`${name}:`, ...lines];
  });
}

function listItem(item: Yaml): string[] {
  if (typeof item !== 'object') return [`- ${scalar(item)}`];
  return yamlLines(item as { [key: string]: Yaml }).map((line, i) => `${i === 0 ? '- ' : '  '}${line}`);
}

const scalar = (value: string | number): string => (typeof value === 'number' ? String(value) : yamlString(value));
const isList = (value: object): value is readonly Yaml[] => Array.isArray(value);
