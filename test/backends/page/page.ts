import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification } from '../../../src/ast/index.js';
import { useBackend } from '../../../src/backends/index.js';
import { runningWebgpu } from '../../../src/backends/webgpuOptions.js';
import { Trainer, type TrainingArguments } from '../../../src/train/index.js';
import { fixedInputs } from '../../support/fixedInputs.js';
import '../../ops/ops.test.js';
import { tests } from './vitest.js';

/** What the page is given to train on. */
export interface GoldenTraining {
  inputValues: { shape: number[]; data: number[] };
  labels: { data: number[] };
  args: Partial<TrainingArguments>;
}

const page = {
  /** What `'auto'` becomes, and what it passed over. */
  async auto() {
    const skipped: string[] = [];
    const backend = await useBackend('auto', { onSkip: (message) => skipped.push(message) });
    return { backend, skipped };
  },
  async start() {
    const backend = await useBackend('webgpu');
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    return backend;
  },
  /** Runs the tests of the operations; those that fail, and why. */
  async test() {
    const failed: string[] = [];
    for (const { name, run } of tests)
      try {
        await run();
      } catch (error) {
        failed.push(`${name}: ${error}`);
      }
    return { count: tests.length, failed };
  },
  /** Trains the checkpoint at `url`: the log, the parameters, and how often the GPU was read. */
  async train(url: string, { inputValues, labels, args }: GoldenTraining) {
    const model = await ASTForAudioClassification.fromPretrained(url);
    const data = { shape: inputValues.shape, data: Float32Array.from(inputValues.data) };
    const trainer = new Trainer({ model, ...fixedInputs(data, labels, model.labels), args });
    const backend = runningWebgpu()!;
    const read = backend.getBufferData.bind(backend);
    let reads = 0;
    backend.getBufferData = (buffer) => {
      reads++;
      return read(buffer);
    };
    const { log } = await trainer.train();
    const readsInTraining = reads;
    const parameters: Record<string, number[]> = {};
    for (const [name, parameter] of model.parameters()) parameters[name] = [...(await parameter.data())];
    model.dispose();
    return { log, parameters, reads: readsInTraining };
  },
  /** What is said when the device is lost, and whether the backend starts again. */
  async lose() {
    const ones = tf.ones([40, 40]);
    await tf.sum(ones).data();
    const { device } = runningWebgpu()!;
    device.destroy();
    await device.lost;
    await new Promise((resolve) => setTimeout(resolve)); // others hear of it as well
    let reason = '';
    try {
      await tf.sum(ones).data();
    } catch (error) {
      reason = String(error);
    }
    await useBackend('webgpu');
    return { reason, sum: (await tf.sum(tf.ones([40, 40])).data())[0] };
  },
};

export type Page = typeof page;
Object.assign(globalThis, { page });
