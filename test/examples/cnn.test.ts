import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { tutorialCnn } from '../../examples/support/cnn.js';
import { readCnnFlags, usage } from '../../examples/support/cnnFlags.js';
import { useBackend } from '../../src/backends/index.js';
import { layersModelFromPretrained } from '../../src/layers/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { sineWav } from '../support/encodeWav.js';

const root = join(import.meta.dirname, '..', '..');

describe('the network of the ESC-50 tutorial', () => {
  beforeAll(async () => void (await useBackend('onnxruntime')));

  it('has three blocks of 32, 64 and 128 filters, dropout 0.2 and L2 0.001, and 50 probabilities', () => {
    const { layers, outputs } = tutorialCnn([128, 215], 50, 1);
    const config = (className: string, key: string) =>
      layers.filter((layer) => layer.getClassName() === className).map((layer) => layer.getConfig()[key]);
    expect(config('Conv2D', 'filters')).toEqual([32, 64, 128]);
    expect(config('Conv2D', 'kernelSize')).toEqual([
      [3, 3],
      [3, 3],
      [3, 3],
    ]);
    expect(config('Dropout', 'rate')).toEqual([0.2, 0.2, 0.2]);
    expect(config('BatchNormalization', 'axis')).toHaveLength(3);
    expect(config('MaxPooling2D', 'poolSize')).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(config('Conv2D', 'kernelRegularizer')[0]).toMatchObject({ config: { l1: 0, l2: 0.001 } });
    expect(config('Dense', 'activation')).toEqual(['softmax']);
    expect(outputs[0]!.shape).toEqual([null, 50]);
  });

  it('is trained, tested and saved as the transformer is', async () => {
    const clips = (split: string, count: number) =>
      Array.from({ length: count }, (_, i) => [
        [`${split}/low/${i}.wav`, sineWav(200 + i, 0.2)] as const,
        [`${split}/high/${i}.wav`, sineWav(2000 + i, 0.2)] as const,
      ]).flat();
    const directory = temporaryDirectory(Object.fromEntries([...clips('train', 3), ...clips('test', 1)]));
    const out = join(directory, 'out');
    const flags = [
      '--dataset',
      directory,
      '--out',
      out,
      '--epochs',
      '1',
      '--batch-size',
      '3',
      '--backend',
      'onnxruntime',
    ];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', join('examples', 'esc50-cnn.ts'), ...flags],
      { cwd: root },
    );
    expect(stdout).toMatch(/^epoch 1: mean loss [\d.]+, on the test set loss [\d.]+, accuracy [\d.]+ /m);
    const { matrix, log } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(matrix.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(2);
    expect(log).toHaveLength(2);
    expect(readFileSync(join(out, 'predictions.csv'), 'utf8')).toMatch(/^id,label,prediction,logit_high,logit_low\n/);
    const model = await layersModelFromPretrained(join(out, 'model'));
    expect(model.labels).toEqual(['high', 'low']);
    expect(model.extractorConfig).toMatchObject({ samplingRate: 22_050, numMelBins: 128, maxLength: 215, nFft: 2048 });
    model.dispose();
  });
});

describe('the flags of the network', () => {
  it('are those of the transformer, with defaults of their own', () => {
    expect(readCnnFlags([])).toMatchObject({ dataset: 'synthetic', epochs: 2, learningRate: 1e-3, weightDecay: 0 });
    expect(readCnnFlags(['--dataset', 'ESC-50']).epochs).toBe(50);
    expect(readCnnFlags(['--dataset=ESC-50', '--epochs', '3', '--learning-rate', '0.01'])).toMatchObject({
      epochs: 3,
      learningRate: 0.01,
    });
  });

  it.each(['--model tiny', '--max-length=512', '--masking', '--grad-checkpointing'])('refuse %s', (line) => {
    expect(() => readCnnFlags(line.split(' '))).toThrow(/is a flag of the transformer.*--help/);
  });

  it('are all in the usage text', () => {
    const inUsage = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name!);
    for (const name of inUsage.filter((each) => each !== 'help'))
      expect(() => readCnnFlags([`--${name}`, '?']), name).not.toThrow(/Unknown option|flag of the transformer/);
    const camelCase = inUsage.map((name) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
    const { model, maxLength, masking, gradCheckpointing, ...own } = readCnnFlags([]);
    expect(camelCase.sort()).toEqual([...Object.keys(own), 'help'].sort());
  });
});
