import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { CheckpointError } from '../../src/errors.js';
import { checkpointsIn, crashedRun, tinyRun, uninterrupted, weightsOf } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

describe('a broken checkpoint', () => {
  const files = [
    'callbacks.safetensors',
    'config.json',
    'manifest.json',
    'model.safetensors',
    'optimizer.safetensors',
    'preprocessor_config.json',
    'trainer_state.json',
  ];
  const damages: Record<string, (path: string) => void> = {
    'was cut short': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
    'had one bit flipped': (path) => {
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length / 3)]! ^= 1;
      writeFileSync(path, bytes);
    },
    'went missing': (path) => rmSync(path),
  };

  it.each(files.flatMap((file) => Object.keys(damages).map((damage) => [file, damage] as const)))(
    'of which %s %s is told from a whole one, and the one before is used',
    async (file, damage) => {
      const directory = await crashedRun(5);
      damages[damage]!(join(directory, 'checkpoint-4', file));
      const { trainer, warnings } = tinyRun(directory);
      await trainer.train({ resumeFromCheckpoint: true });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /checkpoint-4 is broken, .*(manifest|json|safetensors).* The checkpoint before it is tried/,
      );
      expect(weightsOf(trainer)).toEqual(await uninterrupted());
      expect(checkpointsIn(directory)).toEqual(['checkpoint-2', 'checkpoint-4', 'checkpoint-6']);
    },
  );

  it('that was asked for by name, or that has no whole one before it, is an error', async () => {
    const directory = await crashedRun(5);
    rmSync(join(directory, 'checkpoint-4', 'manifest.json'));
    const byName = tinyRun(directory).trainer.train({ resumeFromCheckpoint: join(directory, 'checkpoint-4') });
    await expect(byName).rejects.toThrow(/cannot be resumed from: it has no manifest.json: it was not finished/);
    rmSync(join(directory, 'checkpoint-2', 'trainer_state.json'));
    const newest = tinyRun(directory).trainer.train({ resumeFromCheckpoint: true });
    await expect(newest).rejects.toThrow(CheckpointError);
    await expect(newest).rejects.toThrow(/No checkpoint of .* is whole; delete them to begin anew/);
  });

  it('half-written by a process that died is deleted', async () => {
    const directory = await crashedRun(3);
    mkdirSync(join(directory, 'checkpoint-4.tmp'));
    cpSync(join(directory, 'checkpoint-2'), join(directory, 'checkpoint-1.tmp-old'), { recursive: true });
    await tinyRun(directory).trainer.train({ resumeFromCheckpoint: true });
    expect(checkpointsIn(directory)).toEqual(['checkpoint-2', 'checkpoint-4', 'checkpoint-6']);
  });
});
