import { platform } from '#platform';
import type { AverageScores, ClassificationReport } from '../metrics/index.js';
import { version } from '../version.js';
import type { CardDataset, ModelCardFacts } from './facts.js';
import { frontMatter } from './frontMatter.js';
import { codeBlock, markdown, markdownTable } from './text.js';

/**
 * Writes a model card: README.md of a model on the Hugging Face Hub, with YAML at its head. It says what the model is, what it was trained on and how, how
 * well it tells every class, and how to use it from Python and JavaScript; its head has what the Hub files models by. Text alone:
 * nothing is read or sent.
 *
 * @throws {RangeError} when a metric is not a number
 * @example
 * ```ts
 * const report = classificationReport(labels, predictions, { targetNames: model.labels });
 * const card = modelCard({ modelId: 'me/birds', labels: model.labels, baseModel: 'MIT/ast-finetuned-audioset-10-10-0.4593', report });
 * await saveModelCard('runs/birds/model', card);
 * ```
 */
export function modelCard(facts: ModelCardFacts): string {
  const metrics = { ...facts.metrics, ...(facts.report && metricsOf(facts.report)) };
  for (const [name, value] of Object.entries(metrics))
    if (!Number.isFinite(value))
      throw new RangeError(`modelCard: expected the metric ${name} to be a number, got ${value}.`);
  const title = facts.title ?? facts.modelId.split('/').at(-1)!;
  return [
    frontMatter(facts, metrics),
    `# ${markdown(title)}`,
    ...introduction(facts),
    ...usage(facts),
    ...data(facts),
    ...training(facts),
    ...results(facts, metrics),
    `Made with [ast-ts](https://www.npmjs.com/package/ast-ts) ${version}.`,
  ]
    .join('\n\n')
    .concat('\n');
}

/**
 * Writes a model card as README.md into the directory of a saved model, where `pushToHub` finds it.
 *
 * @example
 * ```ts
 * await saveModelCard('runs/birds/model', modelCard({ modelId: 'me/birds', labels: model.labels }));
 * ```
 */
export async function saveModelCard(directory: string, card: string): Promise<void> {
  const { files } = platform;
  if (!files) throw new Error('saveModelCard writes a file, and a browser has none.');
  await files.writeFile(files.join(directory, 'README.md'), [card]);
}

function introduction(facts: ModelCardFacts): string[] {
  const { labels, baseModel, samplingRate, seconds, problemType, description } = facts;
  const what = `An Audio Spectrogram Transformer ([paper](https://arxiv.org/abs/2104.01778)) that tells ${labels.length} classes of sound apart`;
  const from = baseModel
    ? `, fine-tuned from [${markdown(baseModel)}](https://huggingface.co/${encodeURI(baseModel)})`
    : '';
  const several = problemType === 'multi_label_classification' ? ' A sound can have several of them.' : '';
  const input = samplingRate && seconds ? ` It hears ${seconds} s at a time, at ${samplingRate} Hz.` : '';
  return [
    `${what}${from}.${several}${input}`,
    ...(description ? [description] : []),
    `Classes: ${labels.map(markdown).join(', ')}.`,
  ];
}

function usage({ modelId }: ModelCardFacts): string[] {
  const id = JSON.stringify(modelId);
  return [
    '## How to use it',
    'From Python, with `pip install transformers torch torchaudio`:',
    codeBlock(
      'python',
      `from transformers import pipeline\n\nclassifier = pipeline("audio-classification", model=${id})\nprint(classifier("sound.wav"))`,
    ),
    'From JavaScript, with `npm install ast-ts`, in Node and in the browser:',
    codeBlock(
      'ts',
      `import { pipeline } from 'ast-ts';\n\nconst classify = await pipeline('audio-classification', ${id});\nconsole.log(await classify('sound.wav'));`,
    ),
  ];
}

function data({ trainDataset, evalDataset }: ModelCardFacts): string[] {
  const rows = [
    ['Training', trainDataset],
    ['Evaluation', evalDataset],
  ] as const;
  const known = rows.filter(([, dataset]) => dataset !== undefined);
  if (known.length === 0) return [];
  return ['## Data', known.map(([use, dataset]) => `- ${use}: ${describe(dataset!)}`).join('\n')];
}

function describe({ name, id, split, clips }: CardDataset): string {
  const link = id ? `[${markdown(name)}](https://huggingface.co/datasets/${encodeURI(id)})` : markdown(name);
  return [link, split && `split ${markdown(split)}`, clips !== undefined && `${clips} clips`]
    .filter(Boolean)
    .join(', ');
}

function training({ hyperparameters = {} }: ModelCardFacts): string[] {
  const rows = Object.entries(hyperparameters).filter(([, value]) => value !== undefined);
  if (rows.length === 0) return [];
  const cells = rows.map(([name, value]) => [
    markdown(name),
    markdown(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  return ['## Training', markdownTable(['Hyper-parameter', 'Value'], cells)];
}

function results({ report, evalDataset }: ModelCardFacts, metrics: Readonly<Record<string, number>>): string[] {
  if (Object.keys(metrics).length === 0) return [];
  const on = evalDataset ? `On ${describe(evalDataset)}:` : 'On the evaluation data:';
  const summary = Object.entries(metrics).map(([name, value]) => [markdown(name), value.toFixed(4)]);
  const row = (name: string, { precision, recall, f1Score, support }: AverageScores): string[] => [
    name,
    ...[precision, recall, f1Score].map((score) => score.toFixed(3)),
    String(support),
  ];
  return [
    '## Results',
    on,
    markdownTable(['Metric', 'Value'], summary),
    ...(report
      ? [
          '### By class',
          markdownTable(
            ['Class', 'Precision', 'Recall', 'F1', 'Clips'],
            [
              ...report.classes.map((scores) => row(markdown(scores.name), scores)),
              row('*macro average*', report.macroAvg),
              row('*weighted average*', report.weightedAvg),
            ],
          ),
        ]
      : []),
  ];
}

/** By the Hub's names; its F1 is the plain mean over the classes. */
const metricsOf = ({ accuracy, macroAvg }: ClassificationReport): Record<string, number> => ({
  ...(accuracy !== undefined && { accuracy }),
  f1: macroAvg.f1Score,
});
