import { checkIntegers } from './checks.js';

/** The sorted class ids that occur in either array. */
export function presentLabels(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number[] {
  return [...new Set([...Array.from(yTrue), ...Array.from(yPred)])].sort((a, b) => a - b);
}

/** The caller's choice of class ids, in the caller's order; refused when empty or when one is named twice. */
export function chosenLabels(labels: ArrayLike<number>): number[] {
  checkIntegers(labels, 'labels');
  const chosen = Array.from(labels);
  if (chosen.length === 0) throw new RangeError('labels is empty; leave it out to use every class that occurs');
  const twice = chosen.find((label, i) => chosen.indexOf(label) !== i);
  if (twice !== undefined) throw new RangeError(`labels must be distinct, got ${twice} more than once`);
  return chosen;
}
