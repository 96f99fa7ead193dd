/**
 * What the fused kernels save on WebGPU: dispatches, and bytes of the buffers that they read and write, beside compositions of
 * TensorFlow.js. Counted, not timed: programs are neither compiled nor run and no memory is taken, so AST-base is counted in seconds
 * on any adapter, one of software too.
 *
 *   npx tsx bench/webgpu.ts
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification } from '../src/ast/index.js';
import { useBackend } from '../src/backends/index.js';
import { kernels, registerWebgpuKernels } from '../src/backends/webgpu/index.js';
import { attention, gelu, layerNorm, linear } from '../src/ops/index.js';
import { clipByGlobalNorm, globalNorm } from '../src/train/gradients.js';
import { adamW, crossEntropy, valueAndGradients } from '../src/train/index.js';
import { useSoftwareGpu } from '../test/support/softwareGpu.js';
import { countTokens } from './operations.js';

const [FRAMES, BATCH] = [512, 4];
const [hidden, intermediate, heads] = [768, 3072, 12];

interface Count {
  dispatches: number;
  bytes: number;
  /** Largest sum of tensors alive. */
  peak: number;
}

let count: Count = { dispatches: 0, bytes: 0, peak: 0 };

const bytesOf = (tensors: readonly tf.TensorInfo[]): number =>
  tensors.reduce((sum, { shape }) => sum + 4 * tf.util.sizeFromShape(shape), 0);

/** From now on the backend counts what it is told to run, and takes everything as done. */
function onlyCount(backend: WebGPUBackend): void {
  const nothing = () => ({});
  Object.assign(backend.device, { createShaderModule: nothing, createComputePipeline: nothing });
  Object.assign(backend, {
    uploadToGPU(dataId: object) {
      const data = backend.tensorMap.get(dataId);
      data.resource ??= {} as GPUBuffer;
      data.values = null!;
    },
    recordAndSubmit(_: object, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[]) {
      count.dispatches++;
      count.bytes += bytesOf([output, ...inputs]);
      count.peak = Math.max(count.peak, tf.memory().numBytes);
    },
  });
}

/** With the kernels of this library, or with the compositions that `src/ops` has where there are none. */
function choose(fused: boolean): void {
  for (const kernel of Object.keys(kernels)) if (tf.getKernel(kernel, 'webgpu')) tf.unregisterKernel(kernel, 'webgpu');
  if (fused) registerWebgpuKernels();
}

function counted(run: () => tf.TensorContainer): Count {
  count = { dispatches: 0, bytes: 0, peak: 0 };
  tf.tidy(() => void run());
  return { ...count };
}

interface Row {
  title: string;
  composed: Count;
  fused: Count;
  /** Bytes of what goes in and comes out, once. */
  least?: number;
}

function both(title: string, run: () => Count, least?: number): Row {
  const [composed, fused] = [false, true].map((isFused) => {
    choose(isFused);
    return run();
  }) as [Count, Count];
  return { title, composed, fused, least };
}

/** An operation, and its gradients for all its inputs. */
function rowsOf(title: string, shapes: readonly number[][], f: (...inputs: tf.Tensor[]) => tf.Tensor): Row[] {
  const inputs = shapes.map((shape) => tf.ones(shape));
  const y = tf.tidy(() => f(...inputs));
  const dy = tf.ones(y.shape);
  const backward = (): Count => {
    const forward = counted(() => f(...inputs));
    const all = counted(() => tf.grads(f)(inputs, dy));
    return {
      dispatches: all.dispatches - forward.dispatches,
      bytes: all.bytes - forward.bytes,
      peak: all.peak,
    };
  };
  const rows = [
    both(title, () => counted(() => f(...inputs)), bytesOf([...inputs, y])),
    both(`${title}, gradients`, backward, bytesOf([...inputs, dy, ...inputs])),
  ];
  tf.dispose([...inputs, y, dy]);
  return rows;
}

function updateRow(): Row {
  const shape = [intermediate, hidden];
  const parameter = tf.variable(tf.ones(shape));
  const gradient = tf.ones(shape);
  const optimizer = adamW({ weightDecay: 0.01 });
  const step = (): void => optimizer.step(new Map([['weight', parameter]]), new Map([['weight', gradient]]), 1e-5);
  step(); // the first makes its memory
  const row = both(`AdamW, [${shape}]`, () => counted(() => void step()), 7 * bytesOf([parameter]));
  optimizer.dispose();
  tf.dispose([parameter, gradient]);
  return row;
}

/** What the Trainer does, but for reading loss and norm. */
function stepRow(): Row {
  const labels = Array.from({ length: 527 }, (_, i) => `LABEL_${i}`);
  const model = ASTForAudioClassification.fromConfig({ maxLength: FRAMES }, { labels });
  const parameters = model.parameters();
  const inputValues = tf.ones<tf.Rank.R3>([BATCH, FRAMES, 128]);
  const classes = tf.tensor1d(
    Array.from({ length: BATCH }, (_, i) => i),
    'int32',
  );
  const optimizer = adamW({ weightDecay: 0.01 });
  const step = (): void => {
    const { loss, gradients } = valueAndGradients(parameters, () =>
      crossEntropy(model.forward(inputValues, { training: true }).logits, classes),
    );
    const norm = globalNorm(gradients);
    const clipped = clipByGlobalNorm(gradients, 2, 1);
    optimizer.step(parameters, clipped, 1e-5);
    tf.dispose([loss, norm, ...clipped.values()]);
  };
  step();
  return both('a training step', () => counted(() => void step()));
}

useSoftwareGpu();
await useBackend('webgpu');
onlyCount(tf.backend() as WebGPUBackend);
const tokens = countTokens(FRAMES);
const x = [BATCH, tokens, hidden];
const rows = [
  ...rowsOf('attention', [x, x, x], (query, key, value) => attention(query!, key!, value!, heads)),
  ...rowsOf('layerNorm', [x, [hidden], [hidden]], (input, weight, bias) => layerNorm(input!, weight!, bias!, 1e-12)),
  ...rowsOf('gelu', [[BATCH, tokens, intermediate]], (input) => gelu(input!)),
  ...rowsOf('linear, 768 to 3072', [x, [intermediate, hidden], [intermediate]], (input, weight, bias) =>
    linear(input!, weight!, bias),
  ),
  updateRow(),
  stepRow(),
];

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
console.log(
  `AST-base, ${FRAMES} frames, batch ${BATCH}: ${tokens} tokens. Composed, then fused; megabytes read and written.\n`,
);
console.log('| what | dispatches | MB | least MB | times less | peak of tensors, GB |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const { title, composed, fused, least } of rows) {
  const peak =
    title === 'a training step' ? [composed, fused].map((one) => (one.peak / 1e9).toFixed(2)).join(', ') : '';
  const cells = [
    title,
    `${composed.dispatches}, ${fused.dispatches}`,
    `${megabytes(composed.bytes)}, ${megabytes(fused.bytes)}`,
    least === undefined ? '' : megabytes(least),
    (composed.bytes / fused.bytes).toFixed(1),
    peak,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
