import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ASTForAudioClassification, addLora, patchout } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { explain, explainer, gradientRelevance } from '../../src/explain/index.js';
import { createRandom } from '../../src/random.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { relativeError } from '../support/golden.js';
import { plainForward } from '../support/plainTransformer.js';
import { tinyConfig, tinyLabels, tinyModel } from '../support/tinyModel.js';

const { maxLength: frames, numMelBins: bins } = tinyConfig;

const someFeatures = (seed: number) => {
  const random = createRandom([seed, 'features']);
  return { data: Float32Array.from({ length: frames * bins }, () => random.normal()), frames, bins };
};

/** New weights look almost evenly; larger ones, biases included, have something to tell. */
function opinionatedModel(seed = 0): ASTForAudioClassification {
  const model = tinyModel({ initializerRange: 0.4 }, seed);
  const random = createRandom([seed, 'biases']);
  for (const [name, parameter] of model.parameters())
    if (name.endsWith('.bias'))
      parameter.assign(
        tf.tensor(
          parameter.dataSync().map(() => 0.2 * random.normal()),
          parameter.shape,
        ),
      );
  return model;
}

/** For every label, R = R + Ā R as a whole matrix, with the gradients by central differences. */
function relevanceByDifferences(model: ASTForAudioClassification, features: { data: Float32Array }) {
  const parameters = new Map(
    [...model.parameters()].map(([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync() }]),
  );
  const get = (name: string) => parameters.get(name)!;
  const rows = Array.from({ length: frames }, (_, i) => Array.from(features.data.subarray(i * bins, (i + 1) * bins)));
  const { logits, attentions } = plainForward(get, model.config, rows);
  const all = attentions[0]![0]!.map((_, token) => token);
  const by = 1e-5;
  const relevance = logits.map(() => all.map((i) => all.map((j) => Number(i === j))));
  for (const [block, heads] of attentions.entries()) {
    const means = logits.map(() => all.map(() => all.map(() => 0)));
    for (const [head, probabilities] of heads.entries())
      for (const query of all)
        for (const key of all) {
          const changed = (change: number) =>
            plainForward(get, model.config, rows, { block, head, query, key, by: change }).logits;
          const [more, less] = [changed(by), changed(-by)];
          for (const label of logits.keys()) {
            const gradient = (more[label]! - less[label]!) / (2 * by);
            means[label]![query]![key]! += Math.max(0, probabilities[query]![key]! * gradient) / heads.length;
          }
        }
    for (const label of logits.keys())
      relevance[label] = relevance[label]!.map((row, i) =>
        row.map((value, j) => all.reduce((sum, k) => sum + means[label]![i]![k]! * relevance[label]![k]![j]!, value)),
      );
  }
  const weights = relevance.map(([first, second]) => {
    const both = first!.map((value, i) => value + second![i]!).slice(2);
    return both.map((value) => value / both.reduce((sum, each) => sum + each, 0));
  });
  return { logits, weights };
}

let expected: ReturnType<typeof relevanceByDifferences> | undefined; // the same on every backend

describeOnBackends(synchronousBackends, 'gradient relevance', () => {
  it('is what finite differences give, for every label', async () => {
    const model = opinionatedModel();
    const features = someFeatures(1);
    expected ??= relevanceByDifferences(model, features);
    const input = tf.tensor3d(features.data, [1, frames, bins]);
    expect(relativeError(model.forward(input).logits.dataSync(), expected.logits)).toBeLessThan(1e-4);
    for (const label of tinyLabels.keys()) {
      const map = await explain(model, features, { label });
      expect(map).toMatchObject({ method: 'relevance', frequencies: 2, times: 3 });
      expect(relativeError(map.weights, expected.weights[label]!)).toBeLessThan(1e-4);
      const another = expected.weights[(label + 1) % tinyLabels.length]!;
      expect(relativeError(map.weights, another)).toBeGreaterThan(0.01); // the label matters
    }
    model.dispose();
  });

  it('explains each clip of a batch as it does alone, and by default its predicted label', async () => {
    const model = opinionatedModel();
    const clips = [someFeatures(1), someFeatures(2)];
    const input = tf.tensor3d(
      clips.flatMap(({ data }) => [...data]),
      [2, frames, bins],
    );
    const maps = await gradientRelevance(model, input);
    const logits = model.forward(input).logits.arraySync();
    for (const [i, map] of maps.entries()) {
      const label = logits[i]!.indexOf(Math.max(...logits[i]!));
      const alone = await explain(model, clips[i]!, { label: tinyLabels[label]! });
      expect(relativeError(map.weights, alone.weights)).toBeLessThan(1e-5);
    }
    model.dispose();
  });

  it('leaves no tensors, and the parameters as they were', async () => {
    const model = opinionatedModel();
    const before = [...model.parameters().values()].map((parameter) => [...parameter.dataSync()]);
    expect(await tensorsLeft(() => explain(model, someFeatures(1)))).toBe(0);
    expect([...model.parameters().values()].map((parameter) => [...parameter.dataSync()])).toEqual(before);
    model.dispose();
  });

  it('counts an adapter, and none of its parameters need be trainable', async () => {
    const model = opinionatedModel();
    const features = someFeatures(1);
    const without = await explain(model, features, { label: 0 });
    const lora = addLora(model, { rank: 2, targets: ['query', 'value'] });
    expect(relativeError((await explain(model, features, { label: 0 })).weights, without.weights)).toBeLessThan(1e-5);
    for (const [name, matrix] of lora.parameters())
      if (name.includes('lora_B')) matrix.assign(tf.fill(matrix.shape, 0.5));
    const withIt = await explain(model, features, { label: 0 });
    lora.merge();
    const merged = await explain(model, features, { label: 0 });
    expect(relativeError(withIt.weights, merged.weights)).toBeLessThan(1e-4);
    expect(relativeError(withIt.weights, without.weights)).toBeGreaterThan(0.01);
    model.dispose();
  });
});

describe('explain', () => {
  it('takes a waveform, at any rate', async () => {
    const model = tinyModel({ numMelBins: 16 });
    const samples = Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i / 3));
    const map = await explain(model, { samples, sampleRate: 8000 });
    expect(map.weights).toHaveLength(6);
    model.dispose();
  });

  it('refuses unknown methods, labels and features, and what is no model, before any work', async () => {
    const model = tinyModel();
    const features = someFeatures(1);
    await expect(explain(model, features, { method: 'saliency' as 'rollout' })).rejects.toThrow(
      "Expected method 'relevance' or 'rollout' or 'last-block', got 'saliency'.",
    );
    await expect(explain(model, features, { label: 'cat' })).rejects.toThrow(
      'The model has no label "cat"; expected an index below 3, or one of bird, water, wind.',
    );
    await expect(explain(model, features, { label: 3 })).rejects.toThrow('The model has no label 3');
    await expect(explain(model, features, { method: 'rollout', label: 1 })).rejects.toThrow('the same for every label');
    await expect(explain(model, { ...features, frames: 16, bins: 24 })).rejects.toThrow(
      'Expected inputValues of shape',
    );
    const lighter = patchout(model, { time: 1 }) as unknown as ASTForAudioClassification;
    await expect(explain(lighter, features)).rejects.toThrow('Give the model that patchout or addLora was given');
    expect(() => explainer(lighter)).toThrow('Expected an ASTForAudioClassification');
    const broken = { ...features, data: features.data.map(() => Number.NaN) };
    await expect(explain(model, broken)).rejects.toThrow('not finite');
    model.dispose();
  });

  it('is the attention hook of an evaluation', async () => {
    const model = opinionatedModel();
    const attention = explainer(model, { method: 'rollout' });
    expect(await attention(someFeatures(1))).toEqual(await explain(model, someFeatures(1), { method: 'rollout' }));
    model.dispose();
  });

  it('of int8 weights gives rollout, and an error for relevance', async () => {
    await useBackend('onnxruntime');
    const exact = tinyModel({ hiddenSize: 32, intermediateSize: 64, initializerRange: 0.2 });
    const directory = temporaryDirectory();
    await exact.savePretrained(directory);
    const rounded = await ASTForAudioClassification.fromPretrained(directory, { dtype: 'int8' });
    const [of, ofRounded] = await Promise.all(
      [exact, rounded].map((model) => explain(model, someFeatures(1), { method: 'rollout' })),
    );
    expect(relativeError(ofRounded!.weights, of!.weights)).toBeLessThan(0.15); // 0.07: int8 is rounding
    await expect(explain(rounded, someFeatures(1))).rejects.toThrow("a model with dtype: 'int8' has none");
    exact.dispose();
    rounded.dispose();
  });
});
