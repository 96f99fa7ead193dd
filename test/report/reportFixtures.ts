import { type AudioDataset, inMemoryDataset } from '../../src/datasets/index.js';
import { createRandom } from '../../src/random.js';
import type { EvaluatedClip, EvaluationResult } from '../../src/results/index.js';

export const labels = ['dog', 'sea_waves', 'rain & wind'];

/** Scores that are larger for the true class by `skill`, at random else. */
function clipOf(index: number, names: readonly string[], skill: number, seed: number): EvaluatedClip {
  const random = createRandom([seed, index]);
  const label = index % names.length;
  const logits = names.map((_, j) => (j === label ? skill : 0) + random.normal());
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  const scores = powers.map((power) => power / sum);
  const prediction = logits.indexOf(Math.max(...logits));
  return {
    id: `${index}.wav`,
    label,
    logits,
    scores,
    prediction,
    loss: -Math.log(scores[label]!),
    source: `recording ${Math.floor(index / 2)}`,
    ...(prediction !== label && {
      attention: { method: 'rollout', frequencies: 3, times: 4, weights: Array.from({ length: 12 }, (_, i) => i / 66) },
    }),
  };
}

/** A result at random, always the same for a seed. */
export function fakeResult({
  name = 'model',
  names = labels as readonly string[],
  clips = 24,
  skill = 1,
  seed = 1,
} = {}): EvaluationResult {
  return {
    format: 'ast-ts evaluation',
    formatVersion: 1,
    name,
    dataset: { name: 'sounds', sampleRate: 16000 },
    labels: names,
    problemType: 'single_label_classification',
    clips: Array.from({ length: clips }, (_, index) => clipOf(index, names, skill, seed)),
    skipped: [{ id: 'broken.wav', reason: 'it has no samples' }],
    timings: { total: 1.5 },
    versions: { 'ast-ts': '0.1.0', 'tfjs-core': '4.22.0' },
    settings: { backend: 'cpu', model: { hiddenSize: 64 } },
    date: '2026-01-31T12:00:00.000Z',
    training: {
      steps: Array.from({ length: 20 }, (_, i) => ({
        step: i + 1,
        epoch: (i + 1) / 10,
        loss: 2 / (i + 1),
        learningRate: 1e-3,
      })),
      evaluations: [1, 2].map((epoch) => ({ step: 10 * epoch, epoch, loss: 1 / epoch, accuracy: 0.3 * epoch })),
    },
    robustness: [
      {
        kind: 'noise',
        unit: 'dB',
        points: [20, 0].map((severity) => ({ severity, accuracy: 0.5, recall: names.map(() => 0.5) })),
      },
    ],
  };
}

/** The clips of {@link fakeResult}: tones of a second, higher for later clips. */
export const fakeSounds = (clips = 24, names: readonly string[] = labels): AudioDataset =>
  inMemoryDataset(
    Array.from({ length: clips }, (_, index) => ({
      id: `${index}.wav`,
      label: names[index % names.length]!,
      waveform: {
        sampleRate: 16000,
        samples: Float32Array.from(
          { length: 16000 },
          (_, i) => 0.5 * Math.sin((2 * Math.PI * (300 + 50 * index) * i) / 16000),
        ),
      },
    })),
    names,
    { name: 'sounds' },
  );
