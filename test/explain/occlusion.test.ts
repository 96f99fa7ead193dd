import { describe, expect, it } from 'vitest';
import { completeConfig } from '../../src/ast/config.js';
import type { ASTForAudioClassification } from '../../src/ast/index.js';
import { hidePatches } from '../../src/explain/hidePatches.js';
import { deletionCurve, occlusionMap } from '../../src/explain/index.js';
import { describeOnBackends, tensorsLeft } from '../support/backends.js';
import { tinyConfig, tinyLabels, tinyModel } from '../support/tinyModel.js';

const { maxLength: frames, numMelBins: bins } = tinyConfig;
const features = { data: Float32Array.from({ length: frames * bins }, (_, i) => Math.sin(i * i)), frames, bins };

/** The scores of features, by a forward pass of the test's own. */
async function scoreOf(model: ASTForAudioClassification, hidden: readonly number[], label: number): Promise<number> {
  const data = features.data.slice();
  for (const patch of hidden)
    for (let frame = 0; frame < 8; frame++)
      for (let bin = 0; bin < 8; bin++) data[((patch % 3) * 8 + frame) * bins + Math.floor(patch / 3) * 8 + bin] = 0;
  const { tensor3d, softmax } = await import('@tensorflow/tfjs-core');
  return softmax(model.forward(tensor3d(data, [1, frames, bins])).logits).dataSync()[label]!;
}

describeOnBackends(['cpu', 'onnxruntime'], 'occlusion', () => {
  it('is the fall of the score when a patch is hidden', async () => {
    const model = tinyModel({ initializerRange: 0.4 });
    const map = await occlusionMap(model, features, {
      label: 'wind',
      windowSize: { frequency: 1, time: 1 },
      batchSize: 4,
    });
    expect(map).toMatchObject({ label: 2, frequencies: 2, times: 3 });
    expect(map.score).toBeCloseTo(await scoreOf(model, [], 2), 5);
    for (const [patch, weight] of map.weights.entries())
      expect(weight).toBeCloseTo(map.score - (await scoreOf(model, [patch], 2)), 5);
    model.dispose();
  });

  it('is the mean over the windows that hide a patch', async () => {
    const model = tinyModel({ initializerRange: 0.4 });
    const map = await occlusionMap(model, features, { label: 0, windowSize: { frequency: 2 }, stride: { time: 1 } });
    const left = map.score - (await scoreOf(model, [0, 1, 3, 4], 0));
    const right = map.score - (await scoreOf(model, [1, 2, 4, 5], 0));
    const expected = [left, (left + right) / 2, right];
    for (const [patch, weight] of map.weights.entries()) expect(weight).toBeCloseTo(expected[patch % 3]!, 5);
    model.dispose();
  });

  it('watches the logit when asked to, and the predicted label unless told which', async () => {
    const model = tinyModel({ initializerRange: 0.4 });
    const logits = await Promise.all(
      tinyLabels.map((label) => occlusionMap(model, features, { label, output: 'logit' }).then(({ score }) => score)),
    );
    const { label, score } = await occlusionMap(model, features);
    expect(label).toBe(logits.indexOf(Math.max(...logits)));
    const exps = logits.map(Math.exp);
    expect(score).toBeCloseTo(exps[label]! / exps.reduce((sum, value) => sum + value), 5);
    model.dispose();
  });

  it('by the map’s order gives the deletion curve', async () => {
    const model = tinyModel({ initializerRange: 0.4 });
    const map = { frequencies: 2, times: 3, weights: [0.1, 0.4, 0, 0.3, 0.15, 0.05] };
    const curve = await deletionCurve(model, features, map, { label: 1, steps: 3, randomOrders: 2 });
    const expected = [[], [1, 3], [1, 3, 4, 0], [0, 1, 2, 3, 4, 5]];
    expect(curve.shares).toEqual([0, 2 / 6, 4 / 6, 1]);
    for (const [i, hidden] of expected.entries())
      expect(curve.scores[i]).toBeCloseTo(await scoreOf(model, hidden, 1), 5);
    const [a, b, c, d] = curve.scores as [number, number, number, number];
    expect(curve.area).toBeCloseTo((a / 2 + b + c + d / 2) / 3, 6);
    // Random orders begin and end where every order does.
    expect(curve.randomScores[0]).toBe(a);
    expect(curve.randomScores[3]).toBeCloseTo(d, 5);
    expect(await deletionCurve(model, features, map, { label: 1, steps: 3, randomOrders: 2 })).toEqual(curve);
    model.dispose();
  });

  it('leaves no tensors', async () => {
    const model = tinyModel();
    const left = await tensorsLeft(async () => {
      const map = await occlusionMap(model, features);
      await deletionCurve(model, features, map, { output: 'logit', steps: 2, fill: 'padding' });
    });
    expect(left).toBe(0);
    model.dispose();
  });
});

describe('hiding patches', () => {
  const config = completeConfig({ patchSize: 16, frequencyStride: 10, timeStride: 10, maxLength: 64, numMelBins: 40 });
  const plain = { data: new Float32Array(64 * 40), frames: 64, bins: 40 };
  const patches = Array.from({ length: 3 * 5 }, (_, patch) => patch);

  it('hides what lies nearest to each, so that all of them share out what the model sees', () => {
    const times = new Float32Array(64 * 40);
    for (const patch of patches)
      for (const [i, value] of hidePatches(plain, [patch], config, 1).data.entries()) times[i]! += value;
    for (const [i, count] of times.entries()) {
      const isSeen = Math.floor(i / 40) < 56 && i % 40 < 36; // where the last patches end
      expect(count, `frame ${Math.floor(i / 40)}, bin ${i % 40}`).toBe(isSeen ? 1 : 0);
    }
    // Row 1, column 2: from bin 13 to 23, from frame 23 to 33.
    const { data } = hidePatches(plain, [1 * 5 + 2], config, 1);
    expect(data.reduce((sum, value) => sum + value)).toBe(100);
    expect([data[23 * 40 + 13], data[32 * 40 + 22], data[22 * 40 + 13], data[23 * 40 + 12]]).toEqual([1, 1, 0, 0]);
  });

  it('leaves the features that it was given as they were', () => {
    hidePatches(plain, patches, config, 1);
    expect(plain.data.every((value) => value === 0)).toBe(true);
  });
});

describe('occlusion and deletion', () => {
  it('refuse what is out of range, before any work', async () => {
    const model = tinyModel();
    const map = { frequencies: 2, times: 3, weights: [1, 2, 3, 4, 5, 6] };
    await expect(occlusionMap(model, features, { windowSize: { time: 4 } })).rejects.toThrow(
      'Occlusion, windowSize.time: expected an integer from 1 to 3, got 4.',
    );
    await expect(occlusionMap(model, features, { stride: { frequency: 3 } })).rejects.toThrow(
      'Occlusion, stride.frequency: expected an integer from 1 to 2, got 3.',
    );
    await expect(occlusionMap(model, features, { fill: 'zero' as 'mean' })).rejects.toThrow("got 'zero'");
    await expect(occlusionMap(model, features, { output: 'loss' as 'logit' })).rejects.toThrow("got 'loss'");
    await expect(occlusionMap(model, features, { batchSize: 0 })).rejects.toThrow('batchSize');
    await expect(occlusionMap(model, features, { label: 'dog' })).rejects.toThrow('The model has no label "dog"');
    await expect(deletionCurve(model, features, map, { steps: 7 })).rejects.toThrow('an integer from 1 to 6, got 7');
    await expect(deletionCurve(model, features, map, { randomOrders: 0 })).rejects.toThrow('randomOrders');
    await expect(deletionCurve(model, features, { ...map, times: 2 })).rejects.toThrow(
      "Expected a map of the model's patches, 2 rows of frequency x 3 columns of time, got 2 x 2 with 6 weights",
    );
    model.dispose();
  });
});
