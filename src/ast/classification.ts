/** A label with its score, [0, 1]. */
export interface AudioClassification {
  label: string;
  score: number;
}

/** Labels with the highest scores, best first. */
export const bestLabels = (scores: ArrayLike<number>, labels: readonly string[], topK: number): AudioClassification[] =>
  Array.from(scores, (score, id) => ({ label: labels[id]!, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);

/** @throws {RangeError} unless a result has 1 label or more and a batch a whole number of sounds */
export function checkCounts(topK: number, batchSize: number): void {
  if (!(topK >= 1)) throw new RangeError(`Expected topK of 1 or more, got ${topK}.`);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`Expected batchSize to be a positive integer, got ${batchSize}.`);
}
