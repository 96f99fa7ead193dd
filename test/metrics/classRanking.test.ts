import { describe, expect, it } from 'vitest';
import { bestAndWorstClasses, type ClassScores, classificationReport } from '../../src/metrics/index.js';

const row = (name: string, f1Score: number, support = 8): ClassScores => ({
  label: 0,
  name,
  precision: f1Score,
  recall: f1Score,
  f1Score,
  support,
});

function namesOf(rows: ClassScores[], k?: number): { best: string[]; worst: string[] } {
  const { best, worst } = bestAndWorstClasses(rows, k);
  return { best: best.map(({ name }) => name), worst: worst.map(({ name }) => name) };
}

describe('bestAndWorstClasses', () => {
  const rows = [row('cat', 0.5), row('dog', 0.9), row('hen', 0.2), row('pig', 0.7), row('cow', 1)];

  it('ranks by F1, the best and the worst first', () => {
    expect(namesOf(rows, 2)).toEqual({ best: ['cow', 'dog'], worst: ['hen', 'cat'] });
  });

  it('never lists a class twice: with few classes the best take the upper half, rounded up', () => {
    expect(namesOf(rows, 4)).toEqual({ best: ['cow', 'dog', 'pig'], worst: ['hen', 'cat'] });
    expect(namesOf([row('cat', 0.5)])).toEqual({ best: ['cat'], worst: [] });
    expect(namesOf([])).toEqual({ best: [], worst: [] });
  });

  it('puts more support first among equals, then the name', () => {
    const equals = [row('d', 0.5, 2), row('c', 0.5, 2), row('b', 0.5, 9), row('a', 0.5, 2)];
    expect(namesOf(equals, 2)).toEqual({ best: ['b', 'a'], worst: ['c', 'd'] });
  });

  it('does not rank classes without support', () => {
    expect(namesOf([row('cat', 0.5), row('dog', 0.1), row('ghost', 0, 0)], 1)).toEqual({
      best: ['cat'],
      worst: ['dog'],
    });
  });

  it('takes a report as well as its rows, and leaves their order alone', () => {
    const report = classificationReport([0, 0, 1, 1], [0, 1, 1, 1], { targetNames: ['rain', 'wind'] });
    expect(bestAndWorstClasses(report, 1)).toEqual({ best: [report.classes[1]], worst: [report.classes[0]] });
    expect(report.classes.map(({ name }) => name)).toEqual(['rain', 'wind']);
  });

  it('refuses a k that is not a positive integer', () => {
    expect(() => bestAndWorstClasses(rows, 0)).toThrow('k must be a positive integer, got 0');
    expect(() => bestAndWorstClasses(rows, 1.5)).toThrow(RangeError);
  });
});
