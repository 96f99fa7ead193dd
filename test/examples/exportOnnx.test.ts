import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';

const root = join(import.meta.dirname, '..', '..');

it('examples/export-onnx.ts gives files whose labels are those of the model', async () => {
  const command = ['--import', 'tsx', join('examples', 'export-onnx.ts'), temporaryDirectory()];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root });
  const lines = [...stdout.matchAll(/^(\S+): (\d+) of 16 sounds are right; (\d+) of 16 have the label/gm)];
  const [whole, quantized] = lines.map(([, , right, same]) => ({ right: Number(right), same: Number(same) }));
  expect(whole!.right).toBeGreaterThanOrEqual(9); // chance: 4
  expect(whole!.same).toBe(16);
  expect(quantized!.same).toBeGreaterThanOrEqual(15);
});
