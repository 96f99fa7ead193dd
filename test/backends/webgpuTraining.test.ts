import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { runningWebgpu } from '../../src/backends/webgpuOptions.js';
import { Trainer, type TrainingArguments } from '../../src/train/index.js';
import { describeOnBackends } from '../support/backends.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';

const root = join(import.meta.dirname, '..', '..');

/** Without a GPU a step takes seconds; AST_TS_STEPS=1000 says what a long run does. */
const STEPS = Number(process.env['AST_TS_STEPS'] ?? 7);
/** Buffers are kept for later from the first steps on; after this one there are enough of them. */
const FILLED = 4;

/** One block, two patches. */
const tiniest = { numHiddenLayers: 1, numMelBins: 8, maxLength: 16, numAttentionHeads: 1 } as const;

function trainer(args: Partial<TrainingArguments>, onStepEnd: (step: number) => void): Trainer {
  const { trainDataset, extractor } = tinyData(4);
  const { numMelBins: bins, maxLength: frames } = tiniest;
  return new Trainer({
    model: tinyModel(tiniest),
    trainDataset,
    extractor: {
      extract: (waveform) => ({ data: extractor.extract(waveform).data.slice(0, frames * bins), frames, bins }),
    },
    args: { perDeviceTrainBatchSize: 2, numTrainEpochs: 1000, ...args },
    callbacks: [{ onStepEnd: ({ step }) => onStepEnd(step) }],
  });
}

describeOnBackends(
  ['webgpu'],
  'a training step',
  () => {
    it(`reads nothing from the GPU but the loss and the norm, at once, and leaves nothing in its memory, ${STEPS} times`, async () => {
      const backend = runningWebgpu()!;
      const [reads, blocking, copies] = (['getBufferData', 'readSync', 'readToGPU'] as const).map((name) =>
        vi.spyOn(backend, name),
      );
      const readsUpTo: number[] = [];
      const held = new Map<number, object>();
      await trainer({ maxSteps: STEPS, loggingStrategy: 'no' }, (step) => {
        readsUpTo.push(reads!.mock.calls.length);
        if (step === FILLED || step === STEPS) held.set(step, { ...tf.memory(), data: backend.numDataIds() });
      }).train();
      expect(readsUpTo).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
      for (const [buffer] of reads!.mock.calls) expect((buffer as GPUBuffer).size).toBe(2 * 4);
      expect([...blocking!.mock.calls, ...copies!.mock.calls]).toEqual([]);
      expect(held.get(STEPS)).toEqual(held.get(FILLED));
      vi.restoreAllMocks();
    }, 3_600_000);

    it('is no reason for a process not to end by itself, with tensors in the memory of the GPU', async () => {
      const program = `
      import * as tf from '@tensorflow/tfjs-core';
      import { useBackend } from './src/backends/index.js';
      await useBackend('webgpu');
      globalThis.kept = [tf.ones([64, 64]), tf.variable(tf.ones([64, 64]))];
      globalThis.kept.push(tf.matMul(...globalThis.kept));
      console.log((await tf.sum(globalThis.kept[2]).data())[0], tf.memory().numTensors);
    `;
      const args = ['--import', 'tsx', '--input-type', 'module', '--eval', program];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 200_000 });
      expect(stdout).toBe('262144 5\n');
    });
  },
  { isSlow: true },
);
