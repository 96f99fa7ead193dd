import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { completeConfig } from '../../src/ast/config.js';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { attentionRollout, explain, lastBlockAttention } from '../../src/explain/index.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { describeWithShared, readGolden, relativeError, sharedPath } from '../support/golden.js';
import { tinyConfig, tinyModel } from '../support/tinyModel.js';

/** One row of frequency, two columns of time: with [CLS] and the distillation token, four tokens. */
const config = completeConfig({ ...tinyConfig, numMelBins: 8, maxLength: 16 });

/**
 * Two blocks of two heads, in sixteenths for arithmetic that is exact. Means over heads, as worked out by hand:
 *
 *   block 1: [8 0 8 0; 0 8 0 8; 4 4 4 4; 0 0 0 16] / 16     block 2: [0 0 8 8; 4 4 8 0; 0 0 16 0; 0 0 0 16] / 16
 */
const heads = [
  [
    [16, 0, 0, 0, 0, 16, 0, 0, 4, 4, 4, 4, 0, 0, 0, 16],
    [0, 0, 16, 0, 0, 0, 0, 16, 4, 4, 4, 4, 0, 0, 0, 16],
  ],
  [
    [0, 0, 0, 16, 8, 8, 0, 0, 0, 0, 16, 0, 0, 0, 0, 16],
    [0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 0, 16],
  ],
];
const attentions = () =>
  heads.map((block) =>
    tf.tensor4d(
      block.flatMap((head) => head.map((value) => value / 16)),
      [1, 2, 4, 4],
    ),
  );

describeOnBackends(synchronousBackends, 'attention rollout', () => {
  it('is what is worked out by hand', async () => {
    // With the identity, halved, in thirty-seconds:
    //   A1 = [24 0 8 0; 0 24 0 8; 4 4 20 4; 0 0 0 32]    A2 = [16 0 8 8; 4 20 8 0; 0 0 32 0; 0 0 0 32]
    // Mean of the first two rows of A2: [10 10 8 4]. Times A1, in 32 * 32:
    //   first patch: 10 * 8 + 10 * 0 + 8 * 20 + 4 * 0 = 240;  second: 10 * 0 + 10 * 8 + 8 * 4 + 4 * 32 = 240
    // [CLS]: 272, distillation: 272; together 1024. Of the patches, each half.
    const given = attentions();
    const [even] = await attentionRollout(given, { config });
    expect(even).toMatchObject({ method: 'rollout', frequencies: 1, times: 2 });
    expect(even!.weights[0]).toBeCloseTo(0.5, 6);
    // The blocks the other way round: mean of the first two rows of A1 [12 12 4 4], times A2:
    //   first: 12 * 8 + 12 * 8 + 4 * 32 + 4 * 0 = 320;  second: 12 * 8 + 12 * 0 + 4 * 0 + 4 * 32 = 224
    const [turned] = await attentionRollout(given.reverse(), { config });
    expect(turned!.weights[0]).toBeCloseTo(320 / 544, 6);
    expect(turned!.weights[1]).toBeCloseTo(224 / 544, 6);
  });

  it('normalises rows that do not sum to 1, as dropout leaves them', async () => {
    const one = completeConfig({
      ...tinyConfig,
      numMelBins: 8,
      maxLength: 16,
      numHiddenLayers: 1,
      numAttentionHeads: 1,
    });
    // Rows of A + I sum to 2, 4, 1, 1: mean of the first two rows, normalised: patches (1/2 + 1/4) / 2 and (0 + 2/4) / 2.
    const given = [tf.tensor4d([0, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 4, 4])];
    const [map] = await attentionRollout(given, { config: one });
    expect(map!.weights[0]).toBeCloseTo(0.375 / 0.625, 6);
  });

  it('goes by the mean of the last block for last-block attention', async () => {
    // The first two rows of block 2: [0 0 8 8] and [4 4 8 0]: patches 8 and 4, of 12.
    const [map] = await lastBlockAttention(attentions(), { config });
    expect(map!.method).toBe('last-block');
    expect(map!.weights[0]).toBeCloseTo(8 / 12, 6);
    expect(map!.weights[1]).toBeCloseTo(4 / 12, 6);
  });

  it('is the same head by head, as explain computes it', async () => {
    const model = tinyModel();
    const features = { data: Float32Array.from({ length: 24 * 16 }, (_, i) => Math.sin(i)), frames: 24, bins: 16 };
    const input = tf.tensor3d(features.data, [1, 24, 16]);
    const given = model.forward(input, { outputAttentions: true }).attentions!;
    for (const [method, of] of [
      ['rollout', attentionRollout],
      ['last-block', lastBlockAttention],
    ] as const) {
      const [expected] = await of(given, { config: model.config });
      const map = await explain(model, features, { method });
      expect(map).toMatchObject({ method, frequencies: 2, times: 3 });
      expect(relativeError(map.weights, expected!.weights)).toBeLessThan(1e-5);
      expect(map.weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 6);
    }
    model.dispose();
  });

  it('leaves no tensors', async () => {
    const model = tinyModel();
    const features = { data: new Float32Array(24 * 16), frames: 24, bins: 16 };
    const given = attentions();
    expect(
      await tensorsLeft(async () => {
        await attentionRollout(given, { config });
        await lastBlockAttention(given, { config });
        for (const method of ['rollout', 'last-block'] as const) await explain(model, features, { method });
      }),
    ).toBe(0);
  });
});

describe('attention rollout', () => {
  it('refuses what is not all of the attention of this model', async () => {
    await expect(attentionRollout(attentions().slice(1), { config })).rejects.toThrow(
      'Expected the attention of 2 blocks, got 1. Get it with model.forward(inputValues, { outputAttentions: true }).',
    );
    await expect(attentionRollout(attentions(), { config: completeConfig(tinyConfig) })).rejects.toThrow(
      'Expected attention of shape [1, 2, 8, 8] (clips, heads, tokens, tokens), got [1, 2, 4, 4]',
    );
  });

  it('refuses attention that is not finite', async () => {
    const given = attentions();
    given[1] = tf.fill([1, 2, 4, 4], Number.NaN);
    await expect(attentionRollout(given, { config })).rejects.toThrow('not finite');
  });
});

describeWithShared('attention rollout of PyTorch’s attention', 'golden/ast-tiny', () => {
  it('is the whole product of matrices, computed in double precision', async () => {
    const golden = readGolden('golden/ast-tiny/io.safetensors');
    const given = [0, 1].map((block) => golden.get(`attentions.${block}`)!);
    const [batch, heads, tokens] = given[0]!.shape as [number, number, number];
    const model = await ASTForAudioClassification.fromPretrained(sharedPath('golden/ast-tiny'));
    const maps = await attentionRollout(
      given.map(({ data, shape }) => tf.tensor4d(data, shape as [number, number, number, number])),
      { config: model.config },
    );
    for (let clip = 0; clip < batch; clip++) {
      let product = identity(tokens);
      for (const { data } of given) {
        const block = identity(tokens).map((row, i) =>
          row.map((one, j) => {
            let sum = 0;
            for (let head = 0; head < heads; head++) sum += data[((clip * heads + head) * tokens + i) * tokens + j]!;
            return (sum / heads + one) / 2;
          }),
        );
        product = block.map((row) =>
          row.map((_, j) => row.reduce((sum, value, k) => sum + value * product[k]![j]!, 0)),
        );
      }
      const both = product[0]!.map((value, i) => value + product[1]![i]!).slice(2);
      const total = both.reduce((sum, value) => sum + value);
      expect(
        relativeError(
          maps[clip]!.weights,
          both.map((value) => value / total),
        ),
      ).toBeLessThan(1e-5);
    }
  });
});

const identity = (size: number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => Number(i === j)));
