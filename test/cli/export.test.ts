import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { runCommand } from '../../src/cli/runCommand.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tinyModel } from '../support/tinyModel.js';

beforeAll(() => useBackend('onnxruntime').then(() => undefined));
afterEach(() => void vi.restoreAllMocks());

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  const code = await runCommand(['export', ...args]);
  vi.restoreAllMocks();
  return { code, ...printed };
}

async function checkpoint(): Promise<string> {
  const directory = temporaryDirectory();
  await tinyModel().savePretrained(directory);
  return directory;
}

describe('ast-ts export', () => {
  it('writes fp32 unless told otherwise, and prints the files with their bytes', async () => {
    const out = join(temporaryDirectory(), 'out');
    const { code, stdout } = await run(await checkpoint(), out);
    const files = ['onnx/model.onnx', 'preprocessor_config.json', 'config.json'];
    expect(code).toBe(0);
    expect(stdout).toBe(files.map((path) => `${out}/${path}\t${statSync(join(out, path)).size}\n`).join(''));
  });

  it('writes other formats and another window, and prints JSON', async () => {
    const out = join(temporaryDirectory(), 'out');
    const { code, stdout } = await run(await checkpoint(), out, '--dtype', 'fp32,int8', '--max-length', '16', '--json');
    const { directory, files } = JSON.parse(stdout);
    expect([code, directory]).toEqual([0, out]);
    for (const { path, size } of files) expect(statSync(join(out, path)).size).toBe(size);
    expect(files.map(({ path }: { path: string }) => path)).toContain('onnx/model_quantized.onnx');
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).max_length).toBe(16);
  });

  it.each([
    [['model'], 2, 'export expects a checkpoint and a directory, got 1 of them.'],
    [['model', 'out', '--dtype', 'fp16'], 2, "--dtype expects fp32, int8 or both, got 'fp16'."],
    [['model', 'out', '--max-length', '1.5'], 2, "--max-length expects a positive integer, got '1.5'."],
    [['./nowhere', './out'], 1, 'There is no directory ./nowhere'],
  ])('ends with what is wrong and writes nothing: %j', async (args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toContain(message);
    expect(existsSync('out')).toBe(false);
  });
});
