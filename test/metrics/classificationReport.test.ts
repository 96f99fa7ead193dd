import { describe, expect, it } from 'vitest';
import { classificationReport } from '../../src/metrics/index.js';

describe('classificationReport', () => {
  it('gives the scores of each class, accuracy and averages', () => {
    const report = classificationReport([0, 0, 1, 1], [0, 1, 1, 1], { targetNames: ['rain', 'wind'] });
    expect(report.classes).toEqual([
      { label: 0, name: 'rain', precision: 1, recall: 0.5, f1Score: expect.closeTo(2 / 3, 12), support: 2 },
      {
        label: 1,
        name: 'wind',
        precision: expect.closeTo(2 / 3, 12),
        recall: 1,
        f1Score: expect.closeTo(0.8, 12),
        support: 2,
      },
    ]);
    expect(report.accuracy).toBe(0.75);
    expect(report.microAvg).toBeUndefined();
    expect(report.macroAvg.precision).toBeCloseTo(5 / 6, 12);
    expect(report.weightedAvg.support).toBe(4);
  });

  it('weights the classes by their support in the weighted average only', () => {
    const report = classificationReport([0, 0, 0, 1], [0, 0, 0, 0]);
    expect(report.macroAvg.recall).toBe(0.5);
    expect(report.weightedAvg.recall).toBe(0.75);
  });

  it('survives JSON and structuredClone as plain data, without its text', () => {
    const report = classificationReport([0, 1], [0, 1]);
    const plain = JSON.parse(JSON.stringify(report)) as unknown;
    expect(Object.keys(plain as object)).toEqual(['classes', 'accuracy', 'macroAvg', 'weightedAvg']);
    expect(structuredClone(report)).toEqual(plain);
  });

  it('takes typed arrays', () => {
    const report = classificationReport(Int32Array.of(0, 1, 1), Int32Array.of(0, 1, 0));
    expect(String(report)).toBe(String(classificationReport([0, 1, 1], [0, 1, 0])));
  });

  it('reports the micro average instead of accuracy when the labels are not the classes that occur', () => {
    const report = classificationReport([0, 1, 2], [0, 2, 2], { labels: [0, 1] });
    expect(report.accuracy).toBeUndefined();
    expect(report.microAvg).toEqual({ precision: 1, recall: 0.5, f1Score: expect.closeTo(2 / 3, 12), support: 2 });
  });

  it('keeps the order of labels, and accuracy when they are all the classes', () => {
    const report = classificationReport([0, 1, 2], [0, 2, 2], { labels: [2, 0, 1], targetNames: ['c', 'a', 'b'] });
    expect(report.classes.map(({ label, name }) => `${label}${name}`)).toEqual(['2c', '0a', '1b']);
    expect(report.accuracy).toBeCloseTo(2 / 3, 12);
  });

  it('prints exact ties rounded to even, as Python does', () => {
    // Recalls are 1/8 and 3/8: Python prints 0.12 and 0.38.
    const yTrue = [...Array(8).fill(0), ...Array(8).fill(1)] as number[];
    const yPred = [0, ...Array(7).fill(2), 1, 1, 1, ...Array(5).fill(2)] as number[];
    const lines = String(classificationReport(yTrue, yPred)).split('\n');
    expect(lines[2]).toBe('           0       1.00      0.12      0.22         8');
    expect(lines[3]).toBe('           1       1.00      0.38      0.55         8');
  });

  it('prints decimals from 0 to 99', () => {
    const lastLine = (digits: number): string =>
      String(classificationReport([0, 1, 2], [0, 1, 1], { digits }))
        .trimEnd()
        .split('\n')
        .at(-1)!;
    expect(lastLine(0)).toBe('weighted avg          0         1         1         3');
    expect(lastLine(99)).toContain(`0.5${'0'.repeat(98)}`);
  });

  it('widens the first column for long names, counted in characters', () => {
    const text = String(classificationReport([0, 1], [0, 1], { targetNames: ['🐦 '.repeat(10), 'b'] }));
    const [header, , bird, other] = text.split('\n');
    expect([...bird!].length).toBe([...header!].length);
    expect(other).toMatch(/^ {19}b {7}1\.00/);
  });

  it('averages with nothing to weight by when no listed class has a true example', () => {
    const options = { labels: [7], zeroDivision: 1 } as const;
    expect(classificationReport([0, 1], [0, 1], options).weightedAvg).toMatchObject({
      precision: 1,
      recall: 1,
      f1Score: 1,
    });
    expect(classificationReport([0, 1], [0, 7], options).weightedAvg).toMatchObject({
      precision: 0,
      recall: 1,
      f1Score: 0,
    });
  });

  it.each([
    ['arrays of different lengths', () => classificationReport([0, 1], [0]), 'got 2 and 1'],
    ['empty arrays', () => classificationReport([], []), 'at least one example'],
    [
      'class ids that are not integers',
      () => classificationReport([0, 1], [0, 0.5]),
      'yPred must hold integer class ids, got 0.5 at index 1',
    ],
    ['NaN', () => classificationReport([Number.NaN], [0]), 'got NaN at index 0'],
    ['a repeated label', () => classificationReport([0, 1], [0, 1], { labels: [0, 1, 0] }), 'got 0 more than once'],
    ['no labels', () => classificationReport([0], [0], { labels: [] }), 'labels is empty'],
    [
      'too few names',
      () => classificationReport([0, 1], [0, 1], { targetNames: ['a'] }),
      'each of the 2 labels [0, 1], got 1 names',
    ],
    ['a fraction of a digit', () => classificationReport([0], [0], { digits: 1.5 }), 'digits must be an integer'],
    [
      'another zeroDivision',
      () => classificationReport([0], [0], { zeroDivision: 0.5 as 0 }),
      'zeroDivision must be 0 or 1, got 0.5',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  it('refuses what is not an array', () => {
    expect(() => classificationReport('01' as unknown as number[], [0, 1])).toThrow(TypeError);
    expect(() => classificationReport(null as unknown as number[], [0, 1])).toThrow(
      'yTrue must be an array or a typed array, got null',
    );
  });
});
