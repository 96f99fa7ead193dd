/** Precision, recall and F1 in [0, 1], and the number of true examples they rest on. */
export interface AverageScores {
  precision: number;
  recall: number;
  f1Score: number;
  support: number;
}

/** The scores of one class. */
export interface ClassScores extends AverageScores {
  /** The class id. */
  label: number;
  /** The class's entry of `targetNames`, or the id as text. */
  name: string;
}

/**
 * What `classificationReport` gives. Plain data: `JSON.stringify` and `structuredClone` keep all of it;
 * `String(report)` is the table that scikit-learn prints.
 */
export interface ClassificationReport {
  /** One row a class, in the order of `labels`. */
  classes: ClassScores[];
  /** The share of right predictions; absent when `labels` are not just the classes that occur. */
  accuracy?: number;
  /** Scores from the counts of all listed classes together; only where `accuracy` is absent. */
  microAvg?: AverageScores;
  /** The plain mean over the classes. */
  macroAvg: AverageScores;
  /** The mean over the classes weighted by their support. */
  weightedAvg: AverageScores;
  /** scikit-learn's table. A method, so it is not part of the JSON. */
  toString(): string;
}

/** The harmonic mean of precision and recall, 0 when both are 0; in scikit-learn 1.2's order of operations. */
export function f1Of(precision: number, recall: number): number {
  const sum = precision + recall;
  return sum === 0 ? 0 : (2 * precision * recall) / sum;
}
