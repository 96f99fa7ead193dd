import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { ASTForAudioClassification, addLora, type LoraModel } from '../../src/ast/index.js';
import { createRandom } from '../../src/random.js';
import { crossEntropy, type Gradients, valueAndGradients } from '../../src/train/index.js';
import { describeOnBackends, synchronousBackends } from '../support/backends.js';
import { describeWithShared, readGolden, relativeError, sharedPath } from '../support/golden.js';

/** Largest difference, relative to the largest value of the tensor. */
const TOLERANCE = 1e-5;
const [rank, alpha] = [4, 6];
const scaling = alpha / rank;
const targets = ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'];

describeWithShared('LoRA on a checkpoint of PyTorch', 'golden/ast-tiny', () => {
  const golden = readGolden('golden/ast-tiny/io.safetensors');
  const tensorOf = (name: string): tf.Tensor => tf.tensor(golden.get(name)!.data, golden.get(name)!.shape);
  const load = () => ASTForAudioClassification.fromPretrained(sharedPath('golden/ast-tiny'));

  /** Gradients of the golden batch's loss, as io.safetensors has them of the base model. */
  const gradientsOf = (model: ASTForAudioClassification | LoraModel): Gradients =>
    valueAndGradients(model.parameters(), () => {
      const { logits } = model.forward(tensorOf('input_values') as tf.Tensor3D, { training: true });
      return crossEntropy(logits, tf.tensor1d(golden.get('labels')!.data, 'int32'));
    }).gradients;
  const layersOf = (lora: LoraModel): string[] =>
    [...lora.parameters().keys()]
      .filter((name) => name.includes('lora_A'))
      .map((name) => name.replace('.lora_A.weight', ''));

  describeOnBackends(synchronousBackends, 'has the gradients of PyTorch', () => {
    it('of the same low-rank product, at its start', async () => {
      const lora = addLora(await load(), { rank, alpha, targets, seed: 3 });
      const gradients = gradientsOf(lora);
      expect([...gradients.keys()].sort()).toEqual([...lora.parameters().keys()].sort());
      expect(layersOf(lora)).toHaveLength(2 * targets.length);
      for (const layer of layersOf(lora)) {
        // W' = W + s B A with B = 0: dB = s dW Aᵀ, with PyTorch's dW.
        const a = lora.parameters().get(`${layer}.lora_A.weight`) as tf.Tensor as tf.Tensor2D;
        const dW = tensorOf(`grad.${layer}.weight`) as tf.Tensor2D;
        const expected = tf.mul(tf.matMul(dW, a, false, true), scaling).dataSync();
        expect(relativeError(gradients.get(`${layer}.lora_B.weight`)!.dataSync(), expected), layer).toBeLessThan(
          TOLERANCE,
        );
        expect(Math.max(...gradients.get(`${layer}.lora_A.weight`)!.dataSync().map(Math.abs)), layer).toBe(0);
      }
      for (const name of ['classifier.layernorm.weight', 'classifier.dense.weight', 'classifier.dense.bias'])
        expect(relativeError(gradients.get(name)!.dataSync(), golden.get(`grad.${name}`)!.data), name).toBeLessThan(
          TOLERANCE,
        );
    });

    it('of the same low-rank product, further on', async () => {
      const [model, merged] = [await load(), await load()];
      const lora = addLora(model, { rank, alpha, targets, seed: 3 });
      const random = createRandom(5);
      for (const layer of layersOf(lora)) {
        const [a, b] = ['A', 'B'].map((matrix) => lora.parameters().get(`${layer}.lora_${matrix}.weight`)!) as [
          tf.Variable,
          tf.Variable,
        ];
        b.assign(
          tf.tensor(
            Float32Array.from({ length: b.size }, () => 0.02 * random.normal()),
            b.shape,
          ),
        );
        const weight = merged.parameters().get(`${layer}.weight`)!;
        weight.assign(
          tf.add(weight, tf.mul(tf.matMul(b as tf.Tensor as tf.Tensor2D, a as tf.Tensor as tf.Tensor2D), scaling)),
        );
      }
      const [gradients, full] = [gradientsOf(lora), gradientsOf(merged)];
      for (const layer of layersOf(lora)) {
        const [a, b] = ['A', 'B'].map(
          (matrix) => lora.parameters().get(`${layer}.lora_${matrix}.weight`)!,
        ) as tf.Tensor[] as [tf.Tensor2D, tf.Tensor2D];
        const dW = full.get(`${layer}.weight`) as tf.Tensor2D;
        // A bias shifts every key alike and is not seen; a key's weight is, but its gradient is small.
        const expected = { A: tf.matMul(b, dW, true, false), B: tf.matMul(dW, a, false, true) };
        for (const matrix of ['A', 'B'] as const)
          expect(
            relativeError(
              gradients.get(`${layer}.lora_${matrix}.weight`)!.dataSync(),
              tf.mul(expected[matrix], scaling).dataSync(),
            ),
            `${layer} ${matrix}`,
          ).toBeLessThan(5 * TOLERANCE);
      }
    });
  });
});
