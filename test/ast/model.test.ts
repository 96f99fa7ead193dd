import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification, AudioClassifier, astPresets } from '../../src/ast/index.js';
import { AudioInputError } from '../../src/errors.js';
import { describeOnBackends, describeOnEveryBackend, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { relativeError } from '../support/golden.js';
import { tinyConfig, tinyLabels, tinyModel } from '../support/tinyModel.js';

const input = (batch = 2): tf.Tensor3D =>
  tf.randomNormal([batch, tinyConfig.maxLength, tinyConfig.numMelBins], 0, 1, 'float32', 5);

describeOnEveryBackend(
  'a model',
  () => {
    it('cuts patches as a convolution does: frequency first, then time', async () => {
      const model = tinyModel({ frequencyStride: 4, timeStride: 6, numMelBins: 16, maxLength: 20 });
      const x = tf.randomNormal([2, 20, 16], 0, 1, 'float32', 5) as tf.Tensor3D;
      const parameters = model.parameters();
      const named = (part: string) => [...parameters].find(([name]) => name.includes(part))![1];
      const kernel = tf.transpose(tf.reshape(named('projection.weight'), [8, 8, 8]), [1, 2, 0]); // [bin, frame, out]
      const image = tf.expandDims(tf.transpose(x, [0, 2, 1]), 3) as tf.Tensor4D; // [batch, bins, frames, 1]
      const convolved = tf.tidy(() => {
        const filter = tf.expandDims(kernel, 2) as tf.Tensor4D;
        return tf.reshape(tf.conv2d(image, filter, [4, 6], 'valid'), [2, -1, 8]);
      });
      const { hiddenStates } = model.encode(x, { outputHiddenStates: true });
      const tokens = tf.sub(hiddenStates![0]!, named('position_embeddings'));
      const patches = tf.sub(tf.slice(tokens, [0, 2, 0]), named('projection.bias'));
      expect(relativeError(await patches.data(), await convolved.data())).toBeLessThan(1e-5);
    });

    it('gives every clip of a batch what it gives it alone', async () => {
      const model = tinyModel();
      const x = input(3);
      const together = await model.forward(x).logits.array();
      for (let i = 0; i < 3; i++) {
        const [alone] = await model.forward(tf.slice(x, [i, 0, 0], [1, -1, -1])).logits.array();
        expect(relativeError(alone!, together[i]!)).toBeLessThan(1e-5);
      }
    });

    it('leaves only its outputs', async () => {
      const model = tinyModel();
      const x = input();
      expect(await tensorsLeft(() => model.forward(x))).toBe(1);
      expect(await tensorsLeft(() => model.forward(x, { outputAttentions: true, outputHiddenStates: true }))).toBe(
        1 + 2 + 3,
      );
    });
  },
  { isSlow: true },
);

// On a GPU of software these take most of a minute; test/backends/webgpuUses.test.ts trains there.
describeOnBackends(synchronousBackends, 'a model in training', () => {
  it('drops tokens and probabilities in training only, and by its seed', async () => {
    const model = tinyModel({ hiddenDropoutProb: 0.3, attentionProbsDropoutProb: 0.3 });
    const x = input();
    const logits = (options = {}) => model.forward(x, options).logits.array();
    expect(await logits()).toEqual(await logits());
    const trained = await logits({ training: true, seed: 1 });
    expect(trained).toEqual(await logits({ training: true, seed: 1 }));
    expect(trained).not.toEqual(await logits({ training: true, seed: 2 }));
    expect(trained).not.toEqual(await logits());
  });

  it('can be trained through its attention probabilities, with the gradients of the fused path', async () => {
    const model = tinyModel();
    const x = input();
    const query = [...model.parameters()].find(([name]) => name.endsWith('query.weight'))![1];
    const gradient = (outputAttentions: boolean) =>
      tf.variableGrads(() => tf.sum(tf.square(model.forward(x, { outputAttentions }).logits)) as tf.Scalar, [query])
        .grads[query.name]!;
    expect(relativeError(await gradient(true).data(), await gradient(false).data())).toBeLessThan(1e-4);
  });
});

describe('a model', () => {
  it('has the sizes of its presets', () => {
    const count = (config: object): number => {
      const model = ASTForAudioClassification.fromConfig(config, { labels: tinyLabels });
      const size = [...model.parameters().values()].reduce((sum, parameter) => sum + parameter.size, 0);
      model.dispose();
      return size;
    };
    // Position embeddings, tokens, patches, blocks, norms and head, counted by hand.
    const small = 258 * 192 + 2 * 192 + (256 + 1) * 192 + 4 * (12 * 192 ** 2 + 13 * 192) + 4 * 192 + (192 + 1) * 3;
    expect(count(astPresets.small)).toBe(small);
    expect(count(astPresets.tiny)).toBeLessThan(150_000);
  });

  it('is the same for the same seed', () => {
    const weights = (seed: number) => [...tinyModel({}, seed).parameters().values()].flatMap((p) => [...p.dataSync()]);
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });

  it('refuses input of another shape, and says which it takes', () => {
    expect(() => tinyModel().forward(tf.zeros([1, 30, 16]))).toThrow(
      'Expected inputValues of shape [batch, 24, 16] (frames, mel bins), got [1, 30, 16]. Make features with new MelSpectrogramExtractor(model.extractorConfig), or load the model with { maxLength: 30 }.',
    );
  });

  it.each([
    [{ hiddenSize: 10, numAttentionHeads: 3 }, 'numAttentionHeads: expected a divisor of hiddenSize 10, got 3'],
    [{ maxLength: 4 }, 'maxLength: expected at least one patch of 8 frames, got 4'],
    [{ hiddenDropoutProb: 1 }, 'hiddenDropoutProb: expected a number in [0, 1), got 1'],
    [{ layers: 3 }, "Unknown model setting 'layers'; expected one of hiddenSize"],
  ])('refuses the sizes %j', (config, message) => {
    expect(() => tinyModel(config as object)).toThrow(message);
  });
});

describe('a classifier', () => {
  const sound = (frequency: number, sampleRate = 16000) => ({
    samples: Float32Array.from({ length: sampleRate / 2 }, (_, i) =>
      Math.sin((2 * Math.PI * frequency * i) / sampleRate),
    ),
    sampleRate,
  });
  let classifier: AudioClassifier;
  beforeAll(() => {
    classifier = new AudioClassifier(tinyModel());
  });

  it('returns labels with scores that add up to 1, best first', async () => {
    const all = await classifier.classify(sound(440), { topK: 10 });
    expect(all.map(({ label }) => label).sort()).toEqual([...tinyLabels].sort());
    expect(all.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5);
    expect(all[0]!.score).toBeGreaterThanOrEqual(all[1]!.score);
    expect(await classifier.classify(sound(440), { topK: 1 })).toEqual([all[0]]);
  });

  it('scores each label on its own with sigmoid', async () => {
    const scores = await classifier.classify(sound(440), { topK: 10, activation: 'sigmoid' });
    expect(scores.reduce((sum, { score }) => sum + score, 0)).not.toBeCloseTo(1, 1);
  });

  it('takes many sounds, in order, and resamples where needed', async () => {
    const many = await classifier.classify([sound(440), sound(2000), sound(440)], { batchSize: 2 });
    expect(many).toHaveLength(3);
    expect(many[0]![0]!.score).toBeCloseTo(many[2]![0]!.score, 5);
    const [resampled] = await classifier.classify(sound(440, 44100));
    expect(resampled!.score).toBeCloseTo(many[0]!.find(({ label }) => label === resampled!.label)!.score, 2);
  });

  it('leaves no tensor behind', async () => {
    expect(await tensorsLeft(() => classifier.classify(sound(440)))).toBe(0);
  });

  it('refuses an empty sound and a topK of 0', async () => {
    await expect(classifier.classify({ samples: new Float32Array(0), sampleRate: 16000 })).rejects.toBeInstanceOf(
      AudioInputError,
    );
    await expect(classifier.classify(sound(440), { topK: 0 })).rejects.toThrow('Expected topK of 1 or more, got 0');
  });
});
