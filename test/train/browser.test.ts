import { beforeAll, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { tinyRun } from './support/tinyRun.js';

vi.mock('#platform', () => import('../../src/platform/browser.js'));

beforeAll(async () => void (await useBackend('cpu')));

it('in a page a run trains, and one with an outputDir is refused in words', async () => {
  expect((await tinyRun(undefined).trainer.train()).globalStep).toBe(6);
  expect(() => tinyRun('runs/birds')).toThrow(
    'Training argument outputDir needs files, which a page does not have; leave it out.',
  );
  await expect(tinyRun(undefined).trainer.train({ resumeFromCheckpoint: 'checkpoint-2' })).rejects.toThrow(
    'resumeFromCheckpoint needs files, which a page does not have; leave it out.',
  );
});
