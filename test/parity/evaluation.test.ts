import { expect, it } from 'vitest';
import { formatEvaluation, metricsOf, reportOf } from '../../src/results/index.js';
import { evaluationOf } from '../support/evaluations.js';
import { describeWithShared, hasShared, readGoldenJson } from '../support/golden.js';

interface Golden {
  cases: {
    name: string;
    y_true: number[];
    y_pred: number[];
    options: { labels?: number[]; target_names?: string[]; digits?: number; zero_division?: number };
    report_text: string;
    accuracy: number;
    balanced_accuracy: number;
  }[];
  scores: { scores: number[][]; labels: number[]; multi_labels: number[][]; mean_average_precision_macro: number };
}

const GOLDEN = 'golden/metrics/sklearn.json';

describeWithShared('an evaluation has the numbers of scikit-learn 1.2', GOLDEN, () => {
  const golden = hasShared(GOLDEN) ? (readGoldenJson(GOLDEN) as Golden) : undefined;
  // Those with the default settings, whose classes are 0 to n - 1: an evaluation has no others.
  const cases = (golden?.cases ?? []).filter(({ y_true, y_pred, options: { labels, digits, zero_division } }) => {
    const present = [...new Set([...y_true, ...y_pred])].sort((a, b) => a - b);
    return !labels && !digits && !zero_division && present.every((label, i) => label === i);
  });

  it('has cases to look at', () => expect(cases.length).toBeGreaterThanOrEqual(3));

  it.each(cases)('prints the report of $name, and its accuracies', ({ y_true, y_pred, options, ...expected }) => {
    const classes = 1 + Math.max(...y_true, ...y_pred);
    const labels = options.target_names ?? Array.from({ length: classes }, (_, label) => String(label));
    const result = evaluationOf(
      y_true.map((label, i) => {
        const logits = labels.map((_, each) => Number(each === y_pred[i]));
        return { id: `${i}`, label, prediction: y_pred[i]!, logits, scores: logits, loss: 0 };
      }),
      { labels },
    );
    expect(String(reportOf(result))).toBe(expected.report_text);
    expect(formatEvaluation(result).startsWith(expected.report_text.trimEnd())).toBe(true);
    expect(metricsOf(result).accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(metricsOf(result).balancedAccuracy).toBeCloseTo(expected.balanced_accuracy, 12);
  });

  it('has the mean average precision of sounds with several labels', () => {
    const { scores, multi_labels, mean_average_precision_macro } = golden!.scores;
    const result = evaluationOf(
      scores.map((logits, i) => {
        const classes = multi_labels[i]!.flatMap((present, label) => (present ? [label] : []));
        const prediction = logits.indexOf(Math.max(...logits));
        const probabilities = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
        return { id: `${i}`, label: classes[0] ?? 0, classes, prediction, logits, scores: probabilities, loss: 0 };
      }),
      { labels: scores[0]!.map((_, label) => String(label)), problemType: 'multi_label_classification' },
    );
    expect(metricsOf(result).meanAveragePrecision).toBeCloseTo(mean_average_precision_macro, 12);
  });
});
