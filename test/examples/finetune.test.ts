import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { toCsv } from '../../examples/support/results.js';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { loadEvaluation, metricsOf } from '../../src/results/index.js';
import type { StepLog } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { sineWav } from '../support/encodeWav.js';

const root = join(import.meta.dirname, '..', '..');
const command = ['--import', 'tsx', join('examples', 'esc50-finetune.ts')];

/** Runs the program as a user does. */
async function finetune(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [...command, ...flags], { cwd: root })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** Sixteen clips of 0.2 s to train on, one of them broken, and four to test on; a class has a comma in its name. */
function sounds(): string {
  const clips = (split: string, count: number) =>
    Array.from({ length: count }, (_, i) => [
      [`${split}/low, deep/${i}.wav`, sineWav(200 + i, 0.2)] as const,
      [`${split}/high/${i}.wav`, sineWav(2000 + i, 0.2)] as const,
    ]).flat();
  return temporaryDirectory({
    ...Object.fromEntries([...clips('train', 8), ...clips('test', 2)]),
    'train/high/5.wav': 'not a sound',
  });
}
const esc = '\u001b';
const small = '--max-length 96 --batch-size 4 --backend wasm'.split(' ');

describe('npm run finetune', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('trains, reports and writes the model, the report and the predictions', async () => {
    const directory = sounds();
    const out = join(directory, 'results');
    const flags = ['--epochs', '1.5', '--on-unreadable', 'skip', '--masking', '--grad-checkpointing'];
    const { code, stdout, stderr } = await finetune('--dataset', directory, '--out', out, ...small, ...flags);
    expect([code, stderr]).toEqual([0, '']);

    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
      log: StepLog[];
      skipped: { id: string }[];
      scores: { accuracy: number };
      matrix: number[][];
    };
    const epochs = [...stdout.matchAll(/^epoch ([\d.]+): mean loss ([\d.]+), .* accuracy ([\d.]+) /gm)];
    expect(epochs.map(([, epoch]) => epoch)).toEqual(['1', '1.5']);
    for (const [i, [, epoch, loss]] of epochs.entries()) {
      const from = i === 0 ? 0 : Number(epochs[i - 1]![1]);
      const losses = report.log
        .filter((step) => step.epoch > from && step.epoch <= Number(epoch))
        .map(({ loss }) => loss);
      expect(losses.length).toBeGreaterThan(1);
      expect(Number(loss)).toBeCloseTo(losses.reduce((sum, each) => sum + each, 0) / losses.length, 3);
    }
    expect(Number(epochs[1]![3])).toBeCloseTo(report.scores.accuracy, 3);
    expect(report.matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(report.skipped.map(({ id }) => id)).toEqual(['train/high/5.wav']);
    expect(stdout).toContain('Recordings skipped because they cannot be read: 1\n  train/high/5.wav: ');

    const evaluation = await loadEvaluation(join(out, 'evaluation.json'));
    expect(metricsOf(evaluation).accuracy).toBe(report.scores.accuracy);
    expect(stdout).toContain(String(evaluation));
    expect(evaluation.training!.steps.map(({ loss }) => loss)).toEqual(report.log.map(({ loss }) => loss));
    expect(evaluation.training!.evaluations.map(({ epoch }) => epoch)).toEqual([1, 1.5]);

    const page = readFileSync(join(out, 'report.html'), 'utf8');
    const numbers = [...page.matchAll(/data-number="([^"]+)"/g)].map(([, number]) => Number(number));
    expect(numbers).toContain(report.scores.accuracy);
    expect(stdout).toContain(`Open ${join(out, 'report.html')} in a browser`);

    const rows = parse(readFileSync(join(out, 'predictions.csv')), { columns: true }) as Record<string, string>[];
    expect(Object.keys(rows[0]!)).toEqual(['id', 'label', 'prediction', 'logit_high', 'logit_low, deep']);
    expect(rows.map(({ id }) => id)).toContain('test/low, deep/1.wav');
    const model = await ASTForAudioClassification.fromPretrained(join(out, 'model'));
    expect(model.labels).toEqual(['high', 'low, deep']);
    expect(model.config.maxLength).toBe(96);
    model.dispose();
  });

  it('ends with the name of a recording that cannot be read, unless such are to be skipped', async () => {
    const directory = sounds();
    const { code, stderr } = await finetune('--dataset', directory, '--out', join(directory, 'out'), ...small);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DatasetError: The recording train\/high\/5.wav of /);
  });

  it('says what is wrong with the command line in two lines, without a stack', async () => {
    const { code, stdout, stderr } = await finetune('--epochs', '-1');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining("'--epochs'"),
      expect.stringContaining('--help'),
    ]);
  });

  it('refuses a directory that it cannot write to, before it opens the data', async () => {
    const file = join(temporaryDirectory(), 'results');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await finetune('--out', file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`--out: cannot write to ${file}: EEXIST`);
  });

  it('explains itself', async () => {
    expect((await finetune('--help')).stdout).toMatch(/^Usage: npm run finetune/);
  });

  const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');
  it.skipIf(!hasTerminal)('clears the progress bar on a terminal before it prints (needs the program script)', () => {
    const directory = sounds();
    const flags = ['--dataset', directory, '--out', join(directory, 'out'), '--on-unreadable', 'skip', ...small];
    const line = [process.execPath, ...command, ...flags].map((word) => `'${word}'`).join(' ');
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd: root, encoding: 'utf8' });
    expect(stdout).toContain('left  epoch 1.00');
    const lines = stdout.replaceAll(`${esc}[2K`, '\n').split('\n');
    expect(lines.filter((text) => text.startsWith('epoch '))).toHaveLength(2);
    // Neither the cursor nor the wrapping of lines is changed: nothing is left to restore after Ctrl-C.
    expect(stdout).not.toContain(`${esc}[?`);
  });
});

describe('toCsv', () => {
  it('quotes as RFC 4180 asks', () => {
    const rows = [
      ['plain', 'a, b', 'say "hi"'],
      ['', 'two\nlines', ' spaced '],
    ];
    expect(toCsv(rows)).toBe('plain,"a, b","say ""hi"""\n,"two\nlines", spaced \n');
    expect(parse(toCsv(rows))).toEqual(rows);
  });
});
