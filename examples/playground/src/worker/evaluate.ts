import type { AudioDataset } from 'ast-ts/datasets';
import { classificationReport, confusionMatrix } from 'ast-ts/metrics';
import type { Trainer } from 'ast-ts/train';
import type { HeldOut } from '../protocol.js';
import { clipOf } from './windows.js';

/** What a model makes of clips that it did not learn from: of each, the mean over its windows. */
export async function holdOut(trainer: Trainer, windows: AudioDataset, labels: readonly string[]): Promise<HeldOut> {
  const { ids, labels: truths, logits } = await trainer.predict(windows);
  const sums = new Map<string, { truth: number; scores: number[] }>();
  for (const [i, id] of ids.entries()) {
    const clip = sums.get(clipOf(id)) ?? { truth: truths[i]!, scores: labels.map(() => 0) };
    const scores = softmax(logits[i]!);
    clip.scores = clip.scores.map((score, label) => score + scores[label]!);
    sums.set(clipOf(id), clip);
  }
  const clips = [...sums].map(([id, { truth, scores }]) => ({
    id,
    truth,
    prediction: scores.indexOf(Math.max(...scores)),
  }));
  const [yTrue, yPred] = [clips.map(({ truth }) => truth), clips.map(({ prediction }) => prediction)];
  const all = [...labels.keys()];
  return {
    labels,
    clips,
    matrix: confusionMatrix(yTrue, yPred, { labels: all }),
    report: classificationReport(yTrue, yPred, { labels: all, targetNames: labels, zeroDivision: 0 }),
  };
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
