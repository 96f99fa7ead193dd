import { describe, expect, it } from 'vitest';
import { platform } from '../../src/platform/node.js';
import { formatEvaluation } from '../../src/results/index.js';
import { clipOf, evaluationOf } from '../support/evaluations.js';

const esc = '\u001b';

/** Eight birds and eight waters, five of which are taken for birds; no wind but what one bird is taken for. */
const result = evaluationOf([
  ...Array.from({ length: 8 }, (_, i) => clipOf(`bird-${i}`, 0, i === 0 ? 2 : 0)),
  ...Array.from({ length: 8 }, (_, i) => clipOf(`water-${i}`, 1, i < 5 ? 0 : 1)),
]);

describe('the text of an evaluation', () => {
  it("is scikit-learn's report, the confusion matrix, the best and the worst classes and the most confused pairs", () => {
    expect(formatEvaluation(result)).toBe(
      [
        '              precision    recall  f1-score   support',
        '',
        '        bird       0.58      0.88      0.70         8',
        '       water       1.00      0.38      0.55         8',
        '        wind       0.00      0.00      0.00         0',
        '',
        '    accuracy                           0.62        16',
        '   macro avg       0.53      0.42      0.42        16',
        'weighted avg       0.79      0.62      0.62        16',
        '',
        'true \\ predicted  bird  water  wind',
        'bird                 7      .     1',
        'water                5      3     .',
        'wind                 .      .     .',
        '',
        'Best classes     F1  precision  recall  support',
        '  bird         0.70       0.58    0.88        8',
        'Worst classes',
        '  water        0.55       1.00    0.38        8',
        '',
        'Most confused (true -> predicted)  count  of the class',
        '  water -> bird                        5        62.5 %',
        '  bird -> wind                         1        12.5 %',
      ].join('\n'),
    );
  });

  it('is what the evaluation is as a string, without colours where standard output is no terminal', () => {
    expect(platform.hasColors).toBe(false); // that of a test is a pipe
    expect(String(result)).toBe(formatEvaluation(result));
    expect(Object.keys(result)).not.toContain('toString');
    expect(JSON.stringify(result)).not.toContain('toString');
  });

  it('has colours in the matrix when they are asked for, and they move no column', () => {
    const coloured = formatEvaluation(result, { color: true });
    expect(coloured).toContain(`${esc}[32m   7${esc}[0m`);
    expect(coloured).toContain(`${esc}[31m   5${esc}[0m`);
    expect(coloured.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')).toBe(formatEvaluation(result));
  });
});
