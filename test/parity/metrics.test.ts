import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  type AverageScores,
  accuracy,
  averagePrecision,
  balancedAccuracy,
  type ClassificationReportOptions,
  classificationReport,
  cohenKappa,
  confusionMatrix,
  matthewsCorrelation,
  meanAveragePrecision,
  topKAccuracy,
} from '../../src/metrics/index.js';
import { describeWithShared, hasShared, sharedPath } from '../support/golden.js';

/** Numbers agree to within this, absolute; all of them are in [-1, 1] or are counts. */
const TOLERANCE = 1e-12;

interface GoldenScores {
  precision: number;
  recall: number;
  'f1-score': number;
  support: number;
}

interface GoldenCase {
  name: string;
  y_true: number[];
  y_pred: number[];
  options: { labels?: number[]; target_names?: string[]; digits?: number; zero_division?: 0 | 1 };
  report_text: string;
  report_dict: Record<string, GoldenScores | number>;
  confusion_matrix: number[][];
  confusion_normalized: Record<'true' | 'pred' | 'all', number[][]>;
  accuracy: number;
  balanced_accuracy: number;
  /** `null` stands for NaN. */
  kappa: number | null;
  mcc: number;
}

interface Golden {
  cases: GoldenCase[];
  scores: {
    scores: number[][];
    labels: number[];
    multi_labels: number[][];
    top_k: Record<string, number>;
    mean_average_precision_macro: number;
    average_precision: number[];
  };
}

/** Python writes NaN into its JSON, which JavaScript does not read. */
const readPythonJson = (path: string): Golden =>
  JSON.parse(readFileSync(path, 'utf8').replace(/\bNaN\b/g, 'null')) as Golden;

function reportOptions({ options }: GoldenCase): ClassificationReportOptions {
  const { labels, target_names: targetNames, digits, zero_division: zeroDivision } = options;
  return { labels, targetNames, digits, zeroDivision };
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} is not ${expected}`).toBeLessThanOrEqual(TOLERANCE);
}

function expectScores(actual: AverageScores | undefined, expected: GoldenScores | number | undefined): void {
  if (actual === undefined || typeof expected !== 'object') throw new Error(`no scores: ${actual} or ${expected}`);
  expectClose(actual.precision, expected.precision);
  expectClose(actual.recall, expected.recall);
  expectClose(actual.f1Score, expected['f1-score']);
  expect(actual.support).toBe(expected.support);
}

const GOLDEN = 'golden/metrics/sklearn.json';

describeWithShared('metrics equal scikit-learn 1.2', GOLDEN, () => {
  // A skipped suite is still collected, so it must not read what is not there.
  const golden = hasShared(GOLDEN) ? readPythonJson(sharedPath(GOLDEN)) : undefined;
  const cases = golden?.cases ?? [];

  it.each(cases)('prints the classification report of $name, character for character', (golden) => {
    const report = classificationReport(golden.y_true, golden.y_pred, reportOptions(golden));
    expect(String(report)).toBe(golden.report_text);
  });

  it.each(cases)('holds the numbers of the classification report of $name', (golden) => {
    const report = classificationReport(golden.y_true, golden.y_pred, reportOptions(golden));
    const {
      accuracy,
      'micro avg': micro,
      'macro avg': macro,
      'weighted avg': weighted,
      ...classes
    } = golden.report_dict;
    expect(report.classes.map(({ name }) => name).sort()).toEqual(Object.keys(classes).sort());
    for (const row of report.classes) expectScores(row, classes[row.name]);
    expectScores(report.macroAvg, macro);
    expectScores(report.weightedAvg, weighted);
    if (micro === undefined) expectClose(report.accuracy ?? Number.NaN, accuracy as number);
    else expectScores(report.microAvg, micro);
    expect(report.accuracy === undefined).toBe(accuracy === undefined);
    expect(report.microAvg === undefined).toBe(micro === undefined);
  });

  it.each(cases)('counts the confusion matrix of $name, plain and normalised', (golden) => {
    const { labels } = golden.options;
    expect(confusionMatrix(golden.y_true, golden.y_pred, { labels })).toEqual(golden.confusion_matrix);
    for (const normalize of ['true', 'pred', 'all'] as const) {
      const expected = golden.confusion_normalized[normalize];
      const actual = confusionMatrix(golden.y_true, golden.y_pred, { labels, normalize });
      expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length));
      for (const [i, row] of actual.entries())
        for (const [j, value] of row.entries()) expectClose(value, expected[i]![j]!);
    }
  });

  it.each(cases)('measures the agreement of $name', (golden) => {
    expectClose(accuracy(golden.y_true, golden.y_pred), golden.accuracy);
    expectClose(balancedAccuracy(golden.y_true, golden.y_pred), golden.balanced_accuracy);
    expectClose(matthewsCorrelation(golden.y_true, golden.y_pred), golden.mcc);
    const kappa = cohenKappa(golden.y_true, golden.y_pred);
    if (golden.kappa === null) expect(kappa).toBeNaN();
    else expectClose(kappa, golden.kappa);
  });

  it('ranks scores: top-k accuracy, average precision and its mean', () => {
    const { scores, labels, multi_labels, top_k, average_precision, mean_average_precision_macro } = golden!.scores;
    for (const [k, expected] of Object.entries(top_k))
      expectClose(topKAccuracy(labels, scores, { k: Number(k) }), expected);
    for (const [j, expected] of average_precision.entries()) {
      const column = (rows: number[][]): number[] => rows.map((row) => row[j]!);
      expectClose(averagePrecision(column(multi_labels), column(scores)), expected);
    }
    expectClose(meanAveragePrecision(multi_labels, scores), mean_average_precision_macro);
  });
});
