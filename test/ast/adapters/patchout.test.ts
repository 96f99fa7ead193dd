import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { addLora, patchout } from '../../../src/ast/index.js';
import { useBackend } from '../../../src/backends/index.js';
import { crossEntropy, Trainer, valueAndGradients } from '../../../src/train/index.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../../support/backends.js';
import { relativeError } from '../../support/golden.js';
import { tinyData, tinyModel } from '../../support/tinyModel.js';

// Patches of 8 x 8 without overlap: 4 rows of frequency, 5 columns of time.
const sizes = { numMelBins: 32, maxLength: 40 } as const;
const input = (): tf.Tensor3D => tf.randomNormal([2, 40, 32], 0, 1, 'float32', 7) as tf.Tensor3D;

describeOnBackends(synchronousBackends, 'patchout', () => {
  it('drops whole rows and columns, and keeps every other patch with its own position', async () => {
    const model = tinyModel(sizes);
    const x = input();
    const states = (options: object) => model.encode(x, { outputHiddenStates: true, ...options }).hiddenStates![0]!;
    const all = (await states({}).array())[1]!;
    const kept = (await states({ training: true, patchout: { time: 2, frequency: 1 } }).array())[1]!;
    expect([all.length, kept.length]).toEqual([2 + 4 * 5, 2 + 3 * 3]);
    // Where each kept token was; the embeddings of different patches differ.
    const places = kept.map((token) => all.findIndex((other) => relativeError(token, other) < 1e-5));
    expect(places.slice(0, 2)).toEqual([0, 1]);
    const patches = places.slice(2).map((place) => place - 2);
    const rows = [...new Set(patches.map((patch) => Math.floor(patch / 5)))];
    const columns = [...new Set(patches.map((patch) => patch % 5))];
    expect(patches).toEqual(rows.flatMap((row) => columns.map((column) => 5 * row + column)));
    expect([rows.length, columns.length]).toEqual([3, 3]);
    expect([rows, columns]).toEqual([[...rows].sort(), [...columns].sort()]);
  });

  it.each([false, true])(
    'has gradients in all it trains, and leaves no tensor (checkpointing %s)',
    async (gradientCheckpointing) => {
      const model = patchout(tinyModel(sizes), { time: 2, frequency: 1 });
      const step = () =>
        valueAndGradients(model.parameters(), () =>
          crossEntropy(
            model.forward(input(), { training: true, gradientCheckpointing }).logits,
            tf.tensor1d([0, 1], 'int32'),
          ),
        ).gradients;
      expect([...step().keys()]).toEqual([...model.parameters().keys()]);
      // The positions of dropped patches have none.
      const positions = step().get('audio_spectrogram_transformer.embeddings.position_embeddings')!;
      const moved = ((await positions.array()) as number[][][])[0]!.filter((row) => row.some((value) => value !== 0));
      expect(moved).toHaveLength(2 + 3 * 3);
      expect(await tensorsLeft(() => tf.tidy(() => void step()))).toBe(0);
    },
  );
});

describe('patchout', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('drops others with another seed, and none outside training', () => {
    const model = patchout(tinyModel(sizes), { time: 2 });
    const x = input();
    const logits = (options: object) => [...model.forward(x, options).logits.dataSync()];
    const training = true;
    expect(logits({ training, seed: 1 })).toEqual(logits({ training, seed: 1 }));
    const different = new Set([1, 2, 3, 4, 5, 6].map((seed) => logits({ training, seed }).join()));
    expect(different.size).toBeGreaterThan(2); // of 10 pairs of columns
    expect(logits({})).toEqual([...tinyModel(sizes).forward(x).logits.dataSync()]);
    expect(model.tokens).toEqual({ training: 2 + 4 * 3, inference: 2 + 4 * 5 });
  });

  it('drops each column as often as the others', () => {
    const model = tinyModel(sizes);
    const x = input();
    const positions = model.parameters().get('audio_spectrogram_transformer.embeddings.position_embeddings')!;
    // Tokens that say which column they are of, and nothing else.
    for (const [name, parameter] of model.parameters())
      if (name.includes('embeddings')) parameter.assign(tf.zerosLike(parameter));
    const columns = Array.from({ length: 22 }, (_, token) => Array(8).fill(token < 2 ? -1 : (token - 2) % 5));
    positions.assign(tf.tensor([columns]));
    const counts = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 500; seed++)
      tf.tidy(() => {
        const { hiddenStates } = model.encode(x, {
          training: true,
          seed,
          patchout: { time: 2, frequency: 3 },
          outputHiddenStates: true,
        });
        for (const [column] of (hiddenStates![0]!.arraySync()[0] as number[][]).slice(2)) counts[column!]!++;
      });
    // Of 500 steps each column stays in 300, give or take: √(500 · 0.6 · 0.4) = 11, and five deviations are 55.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(55);
  });

  it('trains the model itself, alone and with an adapter', async () => {
    const data = tinyData();
    const args = { numTrainEpochs: 20, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };
    for (const base of [tinyModel(), addLora(tinyModel())]) {
      const { log } = await new Trainer({ model: patchout(base, { time: 1, frequency: 0 }), ...data, args }).train();
      expect(log.at(-1)!.loss).toBeLessThan(0.7 * log[0]!.loss);
    }
  });

  it.each([
    [{ time: 5 }, 'Patchout, time: expected an integer from 0 to 4, got 5'],
    [{ frequency: -1 }, 'Patchout, frequency: expected an integer from 0 to 3, got -1'],
    [{ time: 0.5 }, 'got 0.5; the patches of this model are 4 rows of frequency x 5 columns of time.'],
  ])('refuses %j', (options, message) => {
    expect(() => patchout(tinyModel(sizes), options)).toThrow(message);
  });
});
