import { type EvaluatedClip, type EvaluationResult, parseEvaluation } from '../../src/results/index.js';

/** A clip whose logits say `prediction`. */
export function clipOf(
  id: string,
  label: number,
  prediction: number,
  { labels = 3, logits = oneHot(labels, prediction), ...rest }: Partial<EvaluatedClip> & { labels?: number } = {},
): EvaluatedClip {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  const scores = powers.map((power) => power / sum);
  return { id, label, logits, scores, prediction, loss: -Math.log(scores[label]!), ...rest };
}

const oneHot = (labels: number, prediction: number): number[] =>
  Array.from({ length: labels }, (_, label) => (label === prediction ? 2 : 0));

/** An evaluation of these clips. */
export const evaluationOf = (
  clips: readonly EvaluatedClip[],
  given: Partial<EvaluationResult> = {},
): EvaluationResult =>
  parseEvaluation({
    format: 'ast-ts evaluation',
    formatVersion: 1,
    name: 'model',
    dataset: { name: 'sounds', sampleRate: 16000 },
    labels: ['bird', 'water', 'wind'],
    problemType: 'single_label_classification',
    clips,
    skipped: [],
    timings: { total: 1.5 },
    versions: { 'ast-ts': '0.1.0' },
    settings: { backend: 'cpu' },
    date: '2026-01-02T03:04:05.678Z',
    ...given,
  });
