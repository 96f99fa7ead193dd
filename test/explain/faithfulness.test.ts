import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { deletionCurve, explain, occlusionMap, type PatchMap } from '../../src/explain/index.js';
import type { AttentionMap } from '../../src/results/index.js';
import { burstConfig, patchesOfBurst, trainedOnBursts } from '../support/burstModel.js';

/** Not the last block: what it attends to is not what this model decides by, nor where the sound is (docs/explanations.md). */
const faithful = ['relevance', 'rollout', 'occlusion'] as const;
const CLIPS = 60;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of paired differences in standard errors: 3 is chance once in 700. */
function standardErrors(differences: readonly number[]): number {
  const average = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - average) ** 2, 0) / (differences.length - 1);
  return average / Math.sqrt(variance / differences.length);
}

/** Spearman's, of values without ties. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const order = [...values.keys()].sort((i, j) => values[i]! - values[j]!);
    const ranked = new Array<number>(values.length);
    for (const [rank, i] of order.entries()) ranked[i] = rank;
    return ranked;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const squares = x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

describe('on a model that has learnt where to listen', () => {
  let trained: Awaited<ReturnType<typeof trainedOnBursts>>;
  const maps = new Map<string, PatchMap[]>();

  beforeAll(async () => {
    await useBackend('onnxruntime');
    trained = await trainedOnBursts(1, CLIPS);
    const { model, sounds } = trained;
    for (const method of [...faithful, 'last-block'] as const) {
      const ofMethod: PatchMap[] = [];
      for (const { features } of sounds)
        ofMethod.push(
          method === 'occlusion'
            ? await occlusionMap(model, features, { windowSize: { frequency: 1, time: 1 }, batchSize: 64 })
            : await explain(model, features, { method }),
        );
      maps.set(method, ofMethod);
    }
  }, 1_800_000);
  afterAll(() => trained.model.dispose());

  it('which it has', () => {
    expect(trained.accuracy).toBeGreaterThan(0.9);
  });

  it.each(faithful)(
    '%s: hiding the most relevant patches lowers the score more than hiding random ones',
    async (method) => {
      const { model, sounds } = trained;
      const differences: number[] = [];
      for (const [i, { features }] of sounds.entries()) {
        const curve = await deletionCurve(model, features, maps.get(method)![i]!, {
          steps: 6,
          randomOrders: 3,
          batchSize: 64,
        });
        differences.push(curve.randomArea - curve.area);
      }
      expect(mean(differences)).toBeGreaterThan(0.05); // of a score near 1 when nothing is hidden
      expect(standardErrors(differences)).toBeGreaterThan(3);
    },
  );

  it.each(faithful)('%s finds the sound: its patches weigh more than twice what others do', (method) => {
    const found = trained.sounds.map((sound, i) => {
      const { frequencies, times, weights } = maps.get(method)![i]!;
      const isBurst = patchesOfBurst(sound, frequencies, times);
      const of = (inside: boolean) => mean(weights.filter((_, patch) => isBurst[patch] === inside));
      return { inside: of(true), outside: of(false) };
    });
    const ratio = mean(found.map(({ inside }) => inside)) / mean(found.map(({ outside }) => Math.abs(outside)));
    expect(ratio).toBeGreaterThan(2);
    expect(standardErrors(found.map(({ inside, outside }) => inside - outside))).toBeGreaterThan(3);
  });

  // The sanity check of Adebayo et al. 2018: a map that stays when what was learnt is gone explains nothing.
  it('changes when the weights are random', async () => {
    const { model } = trained;
    const random = ASTForAudioClassification.fromConfig(burstConfig, { labels: model.labels, seed: 99 });
    for (const method of ['relevance', 'rollout', 'last-block'] as const) {
      const correlations = await correlationsWith(random, method);
      expect(Math.abs(mean(correlations))).toBeLessThan(0.3);
    }
    random.dispose();
  });

  it('changes with the head alone for relevance, which rollout and the last block never see', async () => {
    const { model } = trained;
    const parameters = model.parameters();
    const random = ASTForAudioClassification.fromConfig(burstConfig, { labels: model.labels, seed: 99 });
    for (const [name, variable] of random.parameters())
      if (!name.startsWith('classifier.')) variable.assign(parameters.get(name)!);
    expect(mean(await correlationsWith(random, 'relevance'))).toBeLessThan(0.5);
    expect(mean(await correlationsWith(random, 'rollout'))).toBe(1);
    random.dispose();
  });

  async function correlationsWith(other: ASTForAudioClassification, method: AttentionMap['method']): Promise<number[]> {
    const correlations: number[] = [];
    for (const [i, { features, label }] of trained.sounds.entries()) {
      const map = await explain(other, features, { method, ...(method === 'relevance' && { label }) });
      correlations.push(rankCorrelation(map.weights, maps.get(method)![i]!.weights));
    }
    return correlations;
  }
});
