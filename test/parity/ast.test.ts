import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  softCrossEntropy,
  valueAndGradients,
} from '../../src/train/index.js';
import { describeOnEveryBackend } from '../support/backends.js';
import { describeWithShared, type GoldenTensor, readGolden, relativeError, sharedPath } from '../support/golden.js';

/** Largest difference, relative to the largest value of the tensor. */
const TOLERANCE = 1e-5;

describeWithShared('a checkpoint of PyTorch', 'golden/ast-tiny', () => {
  const golden = readGolden('golden/ast-tiny/io.safetensors');
  const of = (name: string): GoldenTensor => golden.get(name)!;
  const tensorOf = (name: string): tf.Tensor => tf.tensor(of(name).data, of(name).shape);

  describeOnEveryBackend('gives the numbers of PyTorch', () => {
    let model: ASTForAudioClassification;
    let inputValues: tf.Tensor3D;

    beforeAll(async () => {
      model = await ASTForAudioClassification.fromPretrained(sharedPath('golden/ast-tiny'));
      inputValues = tensorOf('input_values') as tf.Tensor3D;
    });
    afterAll(() => model.dispose());

    const expectEqual = async (actual: tf.Tensor, name: string): Promise<void> => {
      expect(actual.shape).toEqual(of(name).shape);
      expect(relativeError(await actual.data(), of(name).data), name).toBeLessThan(TOLERANCE);
    };

    it('in logits, hidden states and attention probabilities', async () => {
      const output = model.forward(inputValues, { outputAttentions: true, outputHiddenStates: true });
      await expectEqual(output.logits, 'logits');
      expect(output.hiddenStates).toHaveLength(3);
      expect(output.attentions).toHaveLength(2);
      for (const [i, state] of output.hiddenStates!.entries()) await expectEqual(state, `hidden_states.${i}`);
      for (const [i, probabilities] of output.attentions!.entries())
        await expectEqual(probabilities, `attentions.${i}`);
    });

    it('in logits and pooled vectors of the fused path', async () => {
      await expectEqual(model.forward(inputValues).logits, 'logits');
      await expectEqual(model.encode(inputValues).poolerOutput, 'pooler_output');
    });

    it('in every gradient', async () => {
      const labels = tf.tensor1d(of('labels').data, 'int32');
      const { loss, gradients } = valueAndGradients(model.parameters(), () =>
        crossEntropy(model.forward(inputValues, { training: true }).logits, labels),
      );
      expect(relativeError(await loss.data(), of('loss').data)).toBeLessThan(TOLERANCE);
      const expected = [...golden.keys()].filter((name) => name.startsWith('grad.'));
      expect(gradients.size).toBe(expected.length);
      for (const name of expected) {
        const gradient = gradients.get(name.slice('grad.'.length))!;
        // A bias of the keys shifts all scores of a query alike, so its gradient is zero; both sides give rounding noise.
        if (name.endsWith('key.bias'))
          for (const noise of await gradient.data()) expect(Math.abs(noise)).toBeLessThan(1e-7);
        else await expectEqual(gradient, name);
      }
    });

    it('in the losses with label smoothing, soft labels and several labels', async () => {
      const logits = tensorOf('logits') as tf.Tensor2D;
      const labels = tf.tensor1d(of('labels').data, 'int32');
      const losses = {
        'loss_label_smoothing_0.1': crossEntropy(logits, labels, 0.1),
        loss_soft_labels: softCrossEntropy(logits, tensorOf('soft_labels') as tf.Tensor2D),
        loss_bce_with_logits: binaryCrossEntropyWithLogits(logits, tensorOf('multi_labels') as tf.Tensor2D),
      };
      for (const [name, loss] of Object.entries(losses))
        expect(relativeError(await loss.data(), of(name).data), name).toBeLessThan(TOLERANCE);
    });
  });
});
