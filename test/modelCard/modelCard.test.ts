import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { classificationReport } from '../../src/metrics/index.js';
import { type ModelCardFacts, modelCard, saveModelCard } from '../../src/modelCard/index.js';
import { yamlString } from '../../src/modelCard/text.js';

const report = classificationReport([0, 0, 0, 1], [0, 0, 1, 1], { targetNames: ['rain', 'wind'] });
const facts: ModelCardFacts = {
  modelId: 'me/weather',
  labels: ['rain', 'wind'],
  description: 'Tells rain from wind.',
  baseModel: 'MIT/ast-finetuned-audioset-10-10-0.4593',
  license: 'apache-2.0',
  tags: ['nature'],
  samplingRate: 16000,
  seconds: 5.12,
  trainDataset: { name: 'ESC-50, folds 2 to 5', id: 'confit/esc50-demo', split: 'train', clips: 40 },
  evalDataset: { name: 'ESC-50, fold 1', id: 'confit/esc50-demo', split: 'test', clips: 4 },
  hyperparameters: {
    learningRate: 1e-4,
    numTrainEpochs: 2,
    lrSchedulerType: 'linear',
    classWeights: [1, 2],
    outputDir: undefined,
  },
  metrics: { loss: 0.25 },
  report,
};
const head = (card: string) => parse(card.split(/^---$/m)[1]!);
const body = (card: string) => card.split(/^---$/m).slice(2).join('---');

describe('modelCard', () => {
  it('begins with the metadata by which the Hub files models, as YAML', () => {
    expect(head(modelCard(facts))).toEqual({
      library_name: 'transformers',
      pipeline_tag: 'audio-classification',
      license: 'apache-2.0',
      base_model: 'MIT/ast-finetuned-audioset-10-10-0.4593',
      tags: ['audio-classification', 'audio-spectrogram-transformer', 'ast-ts', 'nature'],
      datasets: ['confit/esc50-demo'],
      metrics: ['loss', 'accuracy', 'f1'],
      'model-index': [
        {
          name: 'weather',
          results: [
            {
              task: { type: 'audio-classification', name: 'Audio Classification' },
              dataset: { name: 'ESC-50, fold 1', type: 'confit/esc50-demo', split: 'test' },
              metrics: [
                { type: 'loss', value: 0.25, name: 'loss' },
                { type: 'accuracy', value: 0.75, name: 'accuracy' },
                { type: 'f1', value: report.macroAvg.f1Score, name: 'f1' },
              ],
            },
          ],
        },
      ],
    });
  });

  it('tells data, hyper-parameters, results of every class and how to use it from Python and JavaScript', () => {
    const text = body(modelCard(facts));
    for (const part of [
      '# weather',
      'Tells rain from wind.',
      'It hears 5.12 s at a time, at 16000 Hz.',
      '- Training: [ESC-50, folds 2 to 5](https://huggingface.co/datasets/confit/esc50-demo), split train, 40 clips',
      '| learningRate | 0.0001 |',
      '| classWeights | \\[1,2\\] |',
      '| accuracy | 0.7500 |',
      '| Class | Precision | Recall | F1 | Clips |',
      '| rain | 1.000 | 0.667 | 0.800 | 3 |',
      '| wind | 0.500 | 1.000 | 0.667 | 1 |',
      'pipeline("audio-classification", model="me/weather")',
      `await pipeline('audio-classification', "me/weather")`,
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/undefined|NaN|outputDir/);
  });

  it('leaves out what is not known', () => {
    const card = modelCard({ modelId: 'me/weather', labels: ['rain', 'wind'] });
    expect(Object.keys(head(card))).toEqual(['library_name', 'pipeline_tag', 'tags']);
    expect([...body(card).matchAll(/^#.*$/gm)].map(([line]) => line)).toEqual(['# weather', '## How to use it']);
    expect(card).not.toMatch(/undefined|NaN|\n\n\n/);
  });

  it('keeps names that mean something in YAML and Markdown as they are', () => {
    const odd = 'a: "b" #c\n---\n- |<b>_*`d`\\ \u0085\u2028\ud800 yes';
    const label = 'dog | [cat](x)\n# bird <script> 1*2_3';
    const named = classificationReport([0, 1], [0, 1], { targetNames: [label, 'wind'] });
    const card = modelCard({
      ...facts,
      labels: [label, 'wind'],
      title: odd,
      tags: [odd],
      license: 'yes',
      report: named,
    });
    const { tags, license } = head(card);
    expect(tags.at(-1)).toBe(odd.replace('\ud800', '\ufffd'));
    expect(license).toBe('yes');
    expect(card).toContain('| dog \\| \\[cat\\](x) \\# bird \\<script\\> 1\\*2\\_3 | 1.000 |');
    expect([...body(card).matchAll(/^# .*$/gm)]).toHaveLength(1);
  });

  it('refuses metrics that are not numbers, before a card is shown', () => {
    expect(() => modelCard({ ...facts, metrics: { loss: Number.NaN } })).toThrow('metric loss to be a number, got NaN');
  });

  it('is saved as README.md', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ast-ts-card-'));
    await saveModelCard(directory, modelCard(facts));
    expect(await readFile(join(directory, 'README.md'), 'utf8')).toBe(modelCard(facts));
  });
});

describe('yamlString', () => {
  it('gives YAML that holds any text', () => {
    const odd = [0x2028, 0x2029, 0xfeff, 0xfffd, 0xfffe, 0xffff];
    for (const code of [...Array(0x110).keys(), ...odd]) {
      const text = `a${String.fromCharCode(code)} b`;
      expect(parse(`key: ${yamlString(text)}`)).toEqual({ key: text });
    }
    expect(parse(yamlString('🐦'))).toBe('🐦');
  });
});
