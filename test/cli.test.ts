import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification, AudioClassifier, detectEvents } from '../src/ast/index.js';
import { useBackend } from '../src/backends/index.js';
import { version } from '../src/version.js';
import { sineWav } from './support/encodeWav.js';
import { tinyLabels, tinyModel } from './support/tinyModel.js';

const root = join(import.meta.dirname, '..');
let directory: string;
let built: string;
let model: string;
let file: string;

beforeAll(async () => {
  await useBackend('cpu');
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
  model = join(directory, 'model');
  file = join(directory, 'tone.wav');
  await tinyModel().savePretrained(model);
  await writeFile(file, sineWav(700));
  // As `npm run build` builds it, beside dist/node: from there the packages are found.
  built = join(root, 'dist', `cli-test-${process.pid}`);
  await build({
    config: false,
    silent: true,
    entry: { cli: join(root, 'src/cli/main.ts') },
    outDir: built,
    format: ['esm'],
    platform: 'node',
    target: 'es2022',
    shims: true,
  });
});
afterAll(() => Promise.all([directory, built].map((path) => rm(path, { recursive: true, force: true }))));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, [join(built, 'cli.js'), ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}
const classify = (...args: string[]) => run('classify', '--model', model, '--backend', 'cpu', ...args);

describe('ast-ts classify', () => {
  it('prints file, score and label, best first, as AudioClassifier has them', async () => {
    const classifier = await AudioClassifier.fromPretrained(model);
    const expected = await classifier.classify(file, { topK: 2 });
    const { code, stdout, stderr } = await classify(file, '--top-k', '2');
    expect(stdout).toBe(expected.map(({ label, score }) => `${file}\t${score.toFixed(4)}\t${label}\n`).join(''));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('prints JSON, goes on after a sound that it cannot read, and ends with 1', async () => {
    const { code, stdout, stderr } = await classify('--json', join(directory, 'nowhere.wav'), file);
    const [failed, result] = JSON.parse(stdout);
    expect(failed).toEqual({ file: join(directory, 'nowhere.wav'), error: expect.stringContaining('no such file') });
    expect(result.file).toBe(file);
    expect(result.classifications.map(({ label }: { label: string }) => label).sort()).toEqual(tinyLabels);
    expect(stderr).toContain('no such file');
    expect(code).toBe(1);
  });

  it('finds the events in a long recording', async () => {
    const classifier = await AudioClassifier.fromPretrained(model);
    const expected = detectEvents(await classifier.classifyLong(file, { hopSeconds: 0.1 }), { threshold: 0.2 });
    const long = ['--long', '--hop', '0.1', '--threshold', '0.2', file];
    const { code, stdout } = await classify('--json', ...long);
    expect([code, JSON.parse(stdout)]).toEqual([0, [{ file, events: expected }]]);
    expect(expected.length).toBeGreaterThan(0);
    const lines = (await classify(...long)).stdout.trim().split('\n');
    expect(lines).toHaveLength(expected.length);
    expect(lines[0]).toMatch(/\.wav\t\d\.\d\d\t\d\.\d\d\t0\.\d{4}\t(bird|water|wind)$/);
  });

  it('ends with 1 and what is wrong when the model does not load', async () => {
    const { code, stdout, stderr } = await run('classify', '--backend', 'cpu', '--model', './nowhere', file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ast-ts: There is no directory \.\/nowhere/);
  });
});

describe('ast-ts inspect-model', () => {
  it('prints what the checkpoint is', async () => {
    const { code, stdout } = await run('inspect-model', model);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^window +24 frames, 0\.24 s$/m);
    expect(stdout).toMatch(/^labels +3: bird, water, wind$/m);
  });

  it('prints it as JSON', async () => {
    const loaded = await ASTForAudioClassification.fromPretrained(model);
    const description = JSON.parse((await run('inspect-model', '--json', model)).stdout);
    const parameters = [...loaded.parameters().values()].reduce((sum, { size }) => sum + size, 0);
    expect(description).toMatchObject({
      model,
      parameters,
      dtypes: ['F32'],
      config: loaded.config,
      labels: tinyLabels,
    });
  });

  it('ends with 1 where there is no checkpoint', async () => {
    const { code, stdout, stderr } = await run('inspect-model', directory);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('has no config.json. A checkpoint is a directory');
  });
});

describe('ast-ts', () => {
  it('is a program that the system runs by Node', async () => {
    expect(await readFile(join(built, 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(bin).toEqual({ 'ast-ts': 'dist/node/cli.js' });
  });

  it('prints its usage and its version', async () => {
    expect((await run('--version')).stdout).toBe(`${version}\n`);
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/classify FILE…[\s\S]*inspect-model ID[\s\S]*Exit codes: 0/);
    expect((await run('classify', '--help')).stdout).toMatch(
      /^Usage: ast-ts classify FILE… [\s\S]*--top-k N .*default: 5/,
    );
  });

  it.each([
    [[], 'Expected a command of classify, finetune, evaluate, inspect, inspect-model, export, got none.'],
    [['train'], 'inspect-model, export, got train.'],
    [['classify'], 'classify expects one sound or more, got none.'],
    [['classify', 'a.wav', '--top-k', '0'], "--top-k expects a positive integer, got '0'."],
    [['classify', 'a.wav', '--loud'], "Unknown option '--loud'"],
    [['inspect-model', 'a', 'b'], 'inspect-model expects one checkpoint, got 2.'],
  ])('refuses %j with 2 and prints nothing else', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/See ast-ts( [a-z-]+)? --help\.\n$/);
  });
});
