import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { platform } from '../../../src/platform/node.js';
import { csvLog, jsonLinesLog, type TrainResult, tensorBoard } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { crashAndResume, tinyTrainer } from '../../support/tinyRun.js';
import { trainerState } from '../../support/trainerState.js';

beforeAll(async () => void (await useBackend('cpu')));

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n');

/** Step by step, the evaluation after its step. */
const entriesOf = ({ log, evaluations }: TrainResult): { step: number }[] =>
  [...log, ...evaluations].sort((a, b) => a.step - b.step);

describe('jsonLinesLog', () => {
  it('writes an object for each step and evaluation', async () => {
    const path = join(temporaryDirectory(), 'logs', 'run.jsonl');
    const result = await tinyTrainer({ callbacks: () => [jsonLinesLog(path)] }).train();
    const lines = linesOf(path);
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(entriesOf(result));
  });

  it('starts anew with each run', async () => {
    const path = join(temporaryDirectory({ 'run.jsonl': 'old\n' }), 'run.jsonl');
    const trainer = tinyTrainer({ callbacks: () => [jsonLinesLog(path)], args: { evalStrategy: 'no' } });
    await trainer.train();
    await trainer.train();
    expect(linesOf(path)).toHaveLength(6 + 1);
  });

  it('has in a run that is resumed what it would have had, also of the log’s own interval', async () => {
    for (const loggingSteps of [1, 2]) {
      const directory = temporaryDirectory();
      const path = join(directory, 'run.jsonl');
      const run = { callbacks: () => [jsonLinesLog(path)], args: { loggingSteps } };
      const [, result] = await crashAndResume(run, 5, join(directory, 'checkpoints'));
      const expected = entriesOf(result).filter((entry) => 'evalLoss' in entry || entry.step % loggingSteps === 0);
      expect(
        linesOf(path)
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      ).toEqual(expected);
    }
  });

  it('has the whole log where it comes to a run that went on without it', async () => {
    const path = join(temporaryDirectory(), 'run.jsonl');
    const log = [{ step: 1, epoch: 0.5, loss: 1, gradNorm: 1, learningRate: 1, samplesPerSecond: 1 }];
    await jsonLinesLog(path).onTrainBegin!(trainerState({ step: 1, log }));
    expect(linesOf(path)).toEqual([JSON.stringify(log[0]), '']);
  });

  it('leaves whole lines when the process is killed', async () => {
    const path = join(temporaryDirectory(), 'run.jsonl');
    const script = join(import.meta.dirname, '../../support/logForever.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    while (child.exitCode === null && !(existsSync(path) && linesOf(path).length > 300)) await setTimeout(5);
    child.kill('SIGKILL');
    await ended;
    const lines = linesOf(path);
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThanOrEqual(300);
    expect(lines.map((line) => JSON.parse(line).step)).toEqual(lines.map((_, i) => i + 1));
  });
});

describe('csvLog', () => {
  it('writes a row for each step and evaluation, under the same names', async () => {
    const path = join(temporaryDirectory(), 'run.csv');
    const result = await tinyTrainer({ callbacks: () => [csvLog(path)] }).train();
    const rows = parse(readFileSync(path), { columns: true }) as Record<string, string>[];
    const filled = rows.map((row) =>
      Object.fromEntries(Object.entries(row).flatMap(([name, text]) => (text === '' ? [] : [[name, Number(text)]]))),
    );
    expect(filled).toEqual(entriesOf(result));
    expect(linesOf(path)[0]).toMatch(/^step,epoch,loss,gradNorm,learningRate,samplesPerSecond,evalLoss,/);
  });

  it('has in a run that is resumed what it would have had', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'run.csv');
    const [, result] = await crashAndResume({ callbacks: () => [csvLog(path)] }, 5, join(directory, 'checkpoints'));
    expect(linesOf(path)).toHaveLength(1 + result.log.length + result.evaluations.length + 1);
    expect(linesOf(path).filter((line) => line.startsWith('step,'))).toHaveLength(1);
  });
});

describe('logs', () => {
  it('name themselves and their file when it cannot be written', async () => {
    const directory = temporaryDirectory({ file: '' });
    const trainer = tinyTrainer({ callbacks: () => [csvLog(join(directory, 'file', 'run.csv'))] });
    await expect(trainer.train()).rejects.toThrow(/Callback 'csvLog .*run\.csv' failed in onTrainBegin: /);
  });

  it('need files, which a page does not have', () => {
    const files = vi.spyOn(platform, 'files', 'get').mockReturnValue(undefined);
    for (const [name, log] of Object.entries({ csvLog, jsonLinesLog, tensorBoard }))
      expect(() => log('somewhere')).toThrow(`${name} writes files, and a page has none`);
    files.mockRestore();
  });
});
