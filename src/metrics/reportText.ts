/** The text of a classification report, character for character as scikit-learn 1.2 prints it. */

import { formatFixed } from './formatFixed.js';
import { type AverageScores, type ClassificationReport, f1Of } from './scores.js';

const HEADERS = ['precision', 'recall', 'f1-score', 'support'];
const COLUMN_WIDTH = 9;
const LONGEST_HEADING = 'weighted avg';

interface ReportTextOptions {
  digits: number;
  /** scikit-learn's counts turn into floats ("8.0") when not one prediction is right. */
  supportAsFloat: boolean;
}

export function formatReport(report: ClassificationReport, { digits, supportAsFloat }: ReportTextOptions): string {
  const { classes, accuracy, microAvg, macroAvg, weightedAvg } = report;
  const width = Math.max(LONGEST_HEADING.length, digits, ...classes.map(({ name }) => [...name].length));
  const line = (heading: string, cells: readonly string[]): string =>
    `${padLeft(heading, width)} ${cells.map((cell) => ` ${padLeft(cell, COLUMN_WIDTH)}`).join('')}\n`;
  const count = (support: number): string => (supportAsFloat ? support.toFixed(1) : String(support));
  const scores = (heading: string, { precision, recall, f1Score, support }: AverageScores): string =>
    line(heading, [...[precision, recall, f1Score].map((value) => formatFixed(value, digits)), count(support)]);

  let text = `${line('', HEADERS)}\n`;
  for (const row of classes) text += scores(row.name, row);
  text += '\n';
  if (accuracy !== undefined) {
    // The line shows the micro-averaged F1, which equals accuracy but for the last bit.
    const value = formatFixed(f1Of(accuracy, accuracy), digits);
    text += line('accuracy', ['', '', value, count(macroAvg.support)]);
  }
  if (microAvg) text += scores('micro avg', microAvg);
  return text + scores('macro avg', macroAvg) + scores(LONGEST_HEADING, weightedAvg);
}

/** `padStart` by characters rather than UTF-16 units, as Python counts. */
function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length)) + text;
}
