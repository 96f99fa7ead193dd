/** What a sweep over learning rates showed. `String(result)` is a table of it. */
export interface LearningRateSweep {
  /** The rate of each step, growing. */
  learningRates: number[];
  /** The loss at each of these rates, smoothed. */
  losses: number[];
  /** A rate in the middle of the longest descent of the loss; undefined when it never fell. */
  suggestion: number | undefined;
}

const MAX_ROWS = 20;

/** Rates and losses of a sweep in aligned columns, every so many steps; the suggestion is marked. */
export function formatSweep({ learningRates, losses, suggestion }: LearningRateSweep): string {
  const interval = Math.ceil(losses.length / MAX_ROWS);
  const suggested = suggestion === undefined ? -1 : learningRates.indexOf(suggestion);
  const rows = [...losses.entries()]
    .filter(([i]) => i % interval === 0 || i === suggested || i === losses.length - 1)
    .map(([i, loss]) => [
      learningRates[i]!.toExponential(2),
      loss.toFixed(4),
      i === suggested ? '  <- suggestion' : '',
    ]);
  const width = Math.max(...rows.map(([, loss]) => loss!.length));
  return [
    `learning rate  ${'loss'.padStart(width)}`,
    ...rows.map(([rate, loss, mark]) => `${rate!.padStart(13)}  ${loss!.padStart(width)}${mark}`),
    ...(suggestion === undefined ? ['The loss never fell: no suggestion.'] : []),
  ].join('\n');
}
