import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ASTForAudioClassification,
  addLora,
  bitFit,
  freeze,
  gradualUnfreezing,
  trainableParameters,
  unfreeze,
} from '../../../src/ast/index.js';
import { useBackend } from '../../../src/backends/index.js';
import { crossEntropy, Trainer, valueAndGradients } from '../../../src/train/index.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../../support/backends.js';
import { relativeError } from '../../support/golden.js';
import { tinyConfig, tinyData, tinyModel } from '../../support/tinyModel.js';

const input = (): tf.Tensor3D =>
  tf.randomNormal([3, tinyConfig.maxLength, tinyConfig.numMelBins], 0, 1, 'float32', 5) as tf.Tensor3D;

/** The trained parts, in short: `embeddings`, `layer.0`, `layernorm`, `classifier`. */
const trainedParts = (model: ASTForAudioClassification): string[] => [
  ...new Set(
    [...model.parameters()]
      .filter(([, { trainable }]) => trainable)
      .map(([name]) => /(embeddings|layer\.\d+|classifier|layernorm)\./.exec(name)![1]!),
  ),
];

const step = (model: ASTForAudioClassification, options = {}) =>
  valueAndGradients(model.parameters(), () =>
    crossEntropy(model.forward(input(), { training: true, ...options }).logits, tf.tensor1d([0, 1, 2], 'int32')),
  );

describeOnBackends(synchronousBackends, 'a frozen model', () => {
  it.each([false, true])(
    'has the gradients of the whole one in what is trained (checkpointing %s)',
    async (gradientCheckpointing) => {
      const model = tinyModel();
      const whole = step(model).gradients;
      freeze(model, { blocks: 1 });
      const { gradients } = step(model, { gradientCheckpointing });
      expect(gradients.size).toBeGreaterThan(0);
      expect([...gradients.keys()].filter((name) => /embeddings|layer\.0/.test(name))).toEqual([]);
      for (const [name, gradient] of gradients)
        if (!name.endsWith('key.bias'))
          // zero but for rounding
          expect(relativeError(await gradient.data(), await whole.get(name)!.data()), name).toBeLessThan(1e-5);
    },
  );

  it('leaves no tensor behind', async () => {
    const model = tinyModel();
    freeze(model, { blocks: 1 });
    expect(await tensorsLeft(() => tf.tidy(() => void step(model)))).toBe(0);
  });
});

describe('freeze', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it.each([
    [undefined, ['classifier']],
    [{ blocks: 0 }, ['layer.0', 'layer.1', 'layernorm', 'classifier']],
    [{ blocks: 1 }, ['layer.1', 'layernorm', 'classifier']],
    [{ blocks: 2 }, ['classifier']],
    [{ blocks: 1, embeddings: false }, ['embeddings', 'layer.1', 'layernorm', 'classifier']],
  ])('with %j trains %j', (options, expected) => {
    const model = tinyModel();
    freeze(model, options);
    expect(trainedParts(model)).toEqual(expected);
    unfreeze(model);
    expect(trainedParts(model)).toEqual(['embeddings', 'layer.0', 'layer.1', 'layernorm', 'classifier']);
  });

  it('refuses blocks that the model does not have, before it freezes any', () => {
    const model = tinyModel();
    for (const blocks of [3, -1, 0.5])
      expect(() => freeze(model, { blocks })).toThrow(`expected blocks from 0 to 2, or 'all', got ${blocks}.`);
    expect(trainedParts(model)).toHaveLength(5);
  });

  it('has nothing below the first trained block kept for the backward pass', () => {
    const kept = (numHiddenLayers: number): number => {
      const model = tinyModel({ numHiddenLayers });
      freeze(model);
      let tensors = 0;
      valueAndGradients(model.parameters(), () => {
        const before = tf.memory().numTensors;
        const { logits } = model.forward(input(), { training: true });
        tensors = tf.memory().numTensors - before;
        return crossEntropy(logits, tf.tensor1d([0, 1, 2], 'int32'));
      });
      return tensors;
    };
    expect(kept(6)).toBe(kept(1));
  });
});

describe('bitFit', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('trains the biases and the head, and moves nothing else', async () => {
    const model = tinyModel();
    bitFit(model);
    const values = () =>
      new Map([...model.parameters()].map(([name, parameter]) => [name, [...parameter.dataSync()].join()]));
    const before = values();
    await new Trainer({ model, ...tinyData(), args: { learningRate: 1e-2 } }).train();
    const moved = [...values()].filter(([name, value]) => value !== before.get(name)).map(([name]) => name);
    // A key's bias has no effect: its gradient is rounding noise, which AdamW may amplify.
    const expected = [...before.keys()].filter((name) => name.endsWith('.bias') || name.startsWith('classifier.'));
    const withoutKeys = (names: string[]) => names.filter((name) => !name.endsWith('key.bias'));
    expect(withoutKeys(moved)).toEqual(withoutKeys(expected));
  });
});

describe('trainableParameters', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('counts what is trained, and with an adapter the base model too', () => {
    const model = tinyModel();
    const { trained, total, share } = trainableParameters(model);
    expect([trained, share]).toEqual([total, 1]);
    const head = 8 + 8 + 3 * 8 + 3;
    freeze(model);
    expect(trainableParameters(model)).toEqual({ trained: head, total, share: head / total });
    const lora = addLora(model, { rank: 2 });
    const matrices = 2 * 2 * (2 * 8 + 8 * 2); // blocks x targets x (A + B)
    expect(trainableParameters(lora)).toMatchObject({ trained: matrices + head, total: total + matrices + head });
  });
});

describe('gradualUnfreezing', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  /** What is trained in each step, counted in parts. */
  async function run(options: Parameters<typeof gradualUnfreezing>[1], epochs: number): Promise<number[]> {
    const model = tinyModel();
    const parts: number[] = [];
    const record = {
      onTrainBegin: () => void parts.push(trainedParts(model).length),
      onStepEnd: () => void parts.push(trainedParts(model).length),
    };
    const args = { numTrainEpochs: epochs, perDeviceTrainBatchSize: 6 };
    await new Trainer({ model, ...tinyData(), args, callbacks: [gradualUnfreezing(model, options), record] }).train();
    return parts.slice(0, -1); // the last is after the last step
  }

  it('trains the head, then a block more each epoch, then the embeddings', async () => {
    // head; + layer norm and upper block; + lower block; + embeddings: two steps each
    expect(await run({}, 4)).toEqual([1, 1, 3, 3, 4, 4, 5, 5]);
  });

  it('goes by fractions of an epoch, or by a schedule of one', async () => {
    expect(await run({ every: 0.5 }, 2)).toEqual([1, 3, 4, 5]);
    expect(await run({ schedule: (epoch) => (epoch < 1 ? 0 : 2) }, 2)).toEqual([1, 1, 4, 4]);
  });

  it('refuses a span that is not positive', () => {
    expect(() => gradualUnfreezing(tinyModel(), { every: 0 })).toThrow('expected every to be a positive number, got 0');
  });
});
