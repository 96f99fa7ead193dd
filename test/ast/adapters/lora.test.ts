import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ASTForAudioClassification, AudioClassifier, addLora, type LoraModel } from '../../../src/ast/index.js';
import { useBackend } from '../../../src/backends/index.js';
import { crossEntropy, Trainer, valueAndGradients } from '../../../src/train/index.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../../support/backends.js';
import { relativeError } from '../../support/golden.js';
import { tinyConfig, tinyData, tinyModel } from '../../support/tinyModel.js';

const input = (): tf.Tensor3D =>
  tf.randomNormal([3, tinyConfig.maxLength, tinyConfig.numMelBins], 0, 1, 'float32', 5) as tf.Tensor3D;
const values = (model: Pick<ASTForAudioClassification, 'parameters'>): Promise<[string, number[]][]> =>
  Promise.all([...model.parameters()].map(async ([name, parameter]) => [name, [...(await parameter.data())]]));
const logits = async (
  model: Pick<ASTForAudioClassification, 'forward'>,
  x = input(),
  options = {},
): Promise<number[]> =>
  tf
    .tidy(() => model.forward(x, options).logits)
    .data()
    .then((data) => [...data]);
const args = { numTrainEpochs: 2, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };

/** An adapter that has moved away from its start. */
async function trained(model = tinyModel(), options = {}): Promise<LoraModel> {
  const lora = addLora(model, { rank: 2, ...options });
  await new Trainer({ model: lora, ...tinyData(), args }).train();
  return lora;
}

describeOnBackends(synchronousBackends, 'LoRA', () => {
  it('changes nothing until it is trained', async () => {
    const model = tinyModel();
    const before = await logits(model);
    expect(await logits(addLora(model))).toEqual(before);
  });

  it('has the same gradients with gradient checkpointing', async () => {
    const lora = addLora(tinyModel(), { rank: 2, dropout: 0.3, targets: ['query', 'output.dense'] });
    for (const [name, parameter] of lora.parameters())
      if (name.includes('lora_B')) parameter.assign(tf.randomNormal(parameter.shape, 0, 0.1, 'float32', 3));
    const gradients = (gradientCheckpointing: boolean) =>
      valueAndGradients(lora.parameters(), () =>
        crossEntropy(
          lora.forward(input(), { training: true, seed: 4, gradientCheckpointing }).logits,
          tf.tensor1d([0, 1, 2], 'int32'),
        ),
      ).gradients;
    const [plain, checkpointed] = [gradients(false), gradients(true)];
    expect([...checkpointed.keys()]).toEqual([...lora.parameters().keys()]);
    for (const [name, gradient] of plain)
      expect(relativeError(await checkpointed.get(name)!.data(), await gradient.data()), name).toBeLessThan(1e-5);
  });

  it('trains itself alone, leaves no tensor, and comes off without a trace', async () => {
    const model = tinyModel();
    const [x, before] = [input(), await values(model)];
    const logitsBefore = await logits(model, x);
    const left = await tensorsLeft(async () => {
      const lora = addLora(model, { rank: 2, seed: 1 });
      const start = await values(lora);
      const trainer = new Trainer({ model: lora, ...tinyData(), args });
      await trainer.train();
      for (const [i, [name, value]] of (await values(lora)).entries()) expect(value, name).not.toEqual(start[i]![1]);
      const { logits: adapted } = lora.forward(x);
      expect([...(await adapted.data())]).not.toEqual(logitsBefore);
      adapted.dispose();
      expect(await values(model)).toEqual(before);
      lora.remove();
    });
    expect(left).toBe(0);
    expect(await values(model)).toEqual(before);
    expect(await logits(model, x)).toEqual(logitsBefore);
    expect([...model.parameters().values()].every(({ trainable }) => trainable)).toBe(true);
  });

  it('merges into the weights of its base, which then computes the same alone', async () => {
    const lora = await trained(tinyModel(), { targets: ['query', 'key', 'value', 'dense'] });
    const x = input();
    const [adapted, tensors] = [await logits(lora, x), lora.parameters().size];
    expect(await tensorsLeft(() => lora.merge())).toBe(-tensors);
    expect(relativeError(await logits(lora.base, x), adapted)).toBeLessThan(1e-5);
  });
});

describe('LoRA', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('starts as PEFT does: A uniform in ±1 / √in, B 0, the head as it was', async () => {
    const model = tinyModel({ hiddenSize: 64, intermediateSize: 256, numHiddenLayers: 1 });
    const start = new Map(
      await values(addLora(model, { rank: 32, targets: ['output.dense'], modulesToSave: ['classifier.dense'] })),
    );
    const layer = 'audio_spectrogram_transformer.encoder.layer.0.output.dense';
    expect([...start.keys()]).toEqual([
      ...['attention.output.dense', 'output.dense'].flatMap((name) =>
        ['A', 'B'].map((matrix) => `audio_spectrogram_transformer.encoder.layer.0.${name}.lora_${matrix}.weight`),
      ),
      'classifier.dense.weight',
      'classifier.dense.bias',
    ]);
    const a = start.get(`${layer}.lora_A.weight`)!;
    const bound = 1 / Math.sqrt(256);
    expect(a).toHaveLength(32 * 256);
    expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(bound);
    // The variance of a uniform distribution in ±b is b² / 3; of 8192 draws its relative error is √(0.8 / 8192) = 1 %.
    expect((a.reduce((sum, value) => sum + value ** 2, 0) / a.length) * 3 * 256).toBeCloseTo(1, 1);
    expect(start.get(`${layer}.lora_B.weight`)).toEqual(Array(64 * 32).fill(0));
    const own = new Map(await values(model));
    expect(start.get('classifier.dense.weight')).toEqual(own.get('classifier.dense.weight'));
  });

  it('is the same for the same seed', async () => {
    const start = (seed: number) => values(addLora(tinyModel(), { seed }));
    expect(await start(1)).toEqual(await start(1));
    expect(await start(1)).not.toEqual(await start(2));
  });

  it('never makes a product of the size of the weight it adapts, neither forward nor backward', async () => {
    // Nothing else has these sizes: 28 and 40 are neither tokens nor rows of a batch.
    const model = tinyModel({ hiddenSize: 28, intermediateSize: 40, numHiddenLayers: 1 });
    const products = async (trained: { parameters(): Map<string, tf.Variable> }): Promise<string[]> => {
      const { kernels } = await tf.profile(() => {
        const { loss } = valueAndGradients(trained.parameters(), () =>
          crossEntropy(model.forward(input(), { training: true }).logits, tf.tensor1d([0, 1, 2], 'int32')),
        );
        return loss;
      });
      return kernels
        .filter(({ name }) => name === 'BatchMatMul')
        .map(({ outputShapes }) => String(outputShapes[0]).replace(/^1,/, ''));
    };
    expect(await products(model)).toEqual(expect.arrayContaining(['40,28', '28,28'])); // weight gradients
    const withLora = await products(addLora(model, { rank: 2, targets: ['intermediate.dense', 'query'] }));
    expect(withLora).toEqual(expect.arrayContaining(['40,2', '2,28', '28,2'])); // dB, dA
    expect(withLora).not.toContain('40,28');
    expect(withLora).not.toContain('28,28');
  });

  it('drops inputs of its products in training, by the seed', async () => {
    const lora = await trained(tinyModel(), { dropout: 0.5 });
    const x = input();
    const training = true;
    expect(await logits(lora, x, { training, seed: 1 })).toEqual(await logits(lora, x, { training, seed: 1 }));
    expect(await logits(lora, x, { training, seed: 1 })).not.toEqual(await logits(lora, x, { training, seed: 2 }));
    expect(await logits(lora, x, { seed: 1 })).toEqual(await logits(lora, x, { seed: 2 }));
  });

  it('is what forward and classify of the model compute with', async () => {
    const lora = await trained();
    expect(await logits(lora.base)).toEqual(await logits(lora));
    const sound = { samples: Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i / 3)), sampleRate: 16000 };
    const classifier = new AudioClassifier(lora.base);
    const adapted = await classifier.classify(sound);
    lora.remove();
    expect(await classifier.classify(sound)).not.toEqual(adapted);
  });

  it('leaves parameters frozen that were frozen before it', async () => {
    const model = tinyModel();
    const [first] = model.parameters().values();
    first!.trainable = false;
    addLora(model).remove();
    expect([...model.parameters().values()].filter(({ trainable }) => !trainable)).toEqual([first]);
  });

  it('cannot be used once it is off, put on twice, or be left out of a saved model', async () => {
    const model = tinyModel();
    const lora = addLora(model);
    expect(() => addLora(model)).toThrow('has an adapter already; merge() or remove() it first');
    await expect(model.savePretrained('nowhere')).rejects.toThrow('merge() it to save both');
    lora.remove();
    for (const use of [() => lora.forward(input()), lora.merge, lora.remove])
      expect(use).toThrow('This adapter was merged or removed');
    await expect(lora.savePretrained('nowhere')).rejects.toThrow('This adapter was merged or removed');
  });

  it('is freed with its model', async () => {
    const left = await tensorsLeft(() => {
      const model = tinyModel();
      addLora(model);
      model.dispose();
    });
    expect(left).toBe(0);
  });

  it.each([
    [{ rank: 0 }, 'LoRA, rank: expected an integer of 1 or more, got 0'],
    [{ alpha: 0 }, 'LoRA, alpha: expected a positive number, got 0'],
    [{ dropout: 1 }, 'LoRA, dropout: expected a number in [0, 1), got 1'],
    [{ targets: [] }, 'LoRA, targets: expected one or more layers, got none'],
    [
      { targets: ['q_proj'] },
      "LoRA, targets: the model has no 'q_proj'; it has query, key, value, attention.output.dense, intermediate.dense, output.dense.",
    ],
    [
      { modulesToSave: ['score'] },
      "LoRA, modulesToSave: the model has no 'score'; it has audio_spectrogram_transformer, audio_spectrogram_transformer.embeddings,",
    ],
  ])('refuses %j, and leaves the model as it was', async (options, message) => {
    const model = tinyModel();
    expect(await tensorsLeft(() => expect(() => addLora(model, options)).toThrow(message))).toBe(0);
    expect(model.adapter).toBeUndefined();
    expect([...model.parameters().values()].every(({ trainable }) => trainable)).toBe(true);
  });
});
