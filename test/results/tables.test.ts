import { describe, expect, it } from 'vitest';
import { bestAndWorstClasses, classificationReport } from '../../src/metrics/index.js';
import { formatBestAndWorst, formatConfusedPairs, formatConfusionMatrix } from '../../src/results/tables.js';

/** Class i has `right` examples predicted right and one taken for class i + 1. */
function matrixOf(classes: number, right: number): number[][] {
  return Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => (i === j ? right : j === i + 1 ? 1 : 0)),
  );
}

const namesOf = (classes: number, name = 'class'): string[] =>
  Array.from({ length: classes }, (_, i) => `${name}_${i}`);

describe('formatConfusionMatrix', () => {
  it('heads the columns with the names while they fit', () => {
    const matrix = [
      [31, 0, 2],
      [0, 8, 0],
      [1, 0, 100],
    ];
    expect(formatConfusionMatrix(matrix, ['birds', 'wind', 'mamíferos'])).toBe(
      [
        'true \\ predicted  birds  wind  mamíferos',
        'birds                31     .          2',
        'wind                  .     8          .',
        'mamíferos             1     .        100',
      ].join('\n'),
    );
  });

  it('numbers rows and columns when the names are too wide', () => {
    const lines = formatConfusionMatrix(matrixOf(10, 40), namesOf(10, 'an_unusually_long_name_of_a_class')).split('\n');
    expect(lines[0]).toBe('true \\ predicted            0  1  2  3  4  5  6  7  8  9');
    expect(lines[1]).toBe('0 an_unusually_long_name_… 40  1  .  .  .  .  .  .  .  .');
    expect(lines).toHaveLength(11);
  });

  it('stands the numbers upright over columns of one character for 50 classes', () => {
    const lines = formatConfusionMatrix(matrixOf(50, 7), namesOf(50)).split('\n');
    expect(lines[0]).toBe(`${' '.repeat(29)}11111 11111 22222 22222 33333 33333 44444 44444`);
    expect(lines[1]).toBe(`true \\ predicted${' 01234 56789'.repeat(5)}`);
    expect(lines[2]).toBe(` 0 class_0       71...${' .....'.repeat(9)}`);
    expect(lines).toHaveLength(52);
  });

  it('continues the columns in a table below when even that is too wide', () => {
    const tables = formatConfusionMatrix(matrixOf(50, 40), namesOf(50)).split('\n\n');
    expect(tables).toHaveLength(2);
    expect(tables.map((table) => table.split('\n').length)).toEqual([51, 51]);
    expect(tables[1]!.split('\n')[0]).toMatch(/^true \\ predicted {2}25 26 27 28 29 {2}30 /);
    expect(tables[1]!.split('\n')[25]).toMatch(/^24 class_24 +1( +\.){24}$/);
  });

  it.each([1, 2, 4, 10, 20, 49, 50, 51, 120])(
    'stays within 100 characters and prints each count once, %i classes',
    (classes) => {
      for (const right of [7, 40, 12345]) {
        const lines = formatConfusionMatrix(matrixOf(classes, right), namesOf(classes)).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
        const rows = lines
          .filter((line) => /^( *\d+ )?class_/.test(line))
          .map((line) => line.replace(/^( *\d+ )?class_\d+/, ''));
        const counts = rows.join(' ').match(right < 10 ? /\d/g : /\d+/g) ?? [];
        expect(counts.filter((count) => count === String(right))).toHaveLength(classes);
        expect(counts.filter((count) => count === '1')).toHaveLength(classes - 1);
        expect(counts).toHaveLength(2 * classes - 1);
      }
    },
  );

  it('prints shares with two decimals', () => {
    const text = formatConfusionMatrix(
      [
        [0.375, 0.625],
        [0, 1],
      ],
      ['a', 'b'],
    );
    expect(text.split('\n').slice(1)).toEqual(['a                 0.38  0.62', 'b                    .  1.00']);
  });

  it('colours right predictions, mistakes and zeros apart, without moving a column', () => {
    const matrix = [
      [8, 0],
      [2, 6],
    ];
    const coloured = formatConfusionMatrix(matrix, ['a', 'b'], { color: true });
    expect(coloured).toContain('\u001b[32m8\u001b[0m');
    expect(coloured).toContain('\u001b[31m2\u001b[0m');
    expect(coloured).toContain('\u001b[2m.\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours start with one.
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(formatConfusionMatrix(matrix, ['a', 'b']));
  });

  it('refuses a matrix that does not fit its names', () => {
    expect(() => formatConfusionMatrix([[1]], ['a', 'b'])).toThrow('each of the 1 classes of matrix, got 2 names');
    expect(() => formatConfusionMatrix([[Number.NaN]], ['a'])).toThrow('matrix[0] must hold finite numbers');
  });
});

describe('formatBestAndWorst', () => {
  it('prints both lists in one table, rounded as the report', () => {
    const yTrue = [...Array(8).fill(0), ...Array(8).fill(1)] as number[];
    const yPred = [...Array(8).fill(0), ...Array(5).fill(1), 0, 0, 0] as number[];
    const report = classificationReport(yTrue, yPred, { targetNames: ['rain', 'wind'] });
    expect(formatBestAndWorst(bestAndWorstClasses(report))).toBe(
      [
        'Best classes     F1  precision  recall  support',
        '  rain         0.84       0.73    1.00        8',
        'Worst classes',
        '  wind         0.77       1.00    0.62        8',
      ].join('\n'),
    );
  });

  it('leaves out the worst when there are none, and says so when nothing is ranked', () => {
    const report = classificationReport([0], [0]);
    expect(formatBestAndWorst(bestAndWorstClasses(report))).not.toContain('Worst');
    expect(formatBestAndWorst({ best: [], worst: [] })).toBe('No class has examples to rank.');
  });
});

describe('formatConfusedPairs', () => {
  it('prints a line a pair', () => {
    const pairs = [
      { truth: 'wind', prediction: 'rain', count: 12, rate: 0.625 },
      { truth: 'rain', prediction: 'wind', count: 2, rate: 0.0625 },
    ];
    expect(formatConfusedPairs(pairs)).toBe(
      [
        'Most confused (true -> predicted)  count  of the class',
        '  wind -> rain                        12        62.5 %',
        '  rain -> wind                         2         6.2 %',
      ].join('\n'),
    );
  });

  it('says so when there is no mistake', () => {
    expect(formatConfusedPairs([])).toBe('No class was taken for another.');
  });
});
