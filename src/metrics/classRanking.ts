import { checkCount } from './checks.js';
import type { ClassScores } from './scores.js';

/** The classes a model knows best and worst, each best or worst first. */
export interface BestAndWorstClasses {
  best: ClassScores[];
  worst: ClassScores[];
}

/**
 * The k classes with the highest and the k with the lowest F1.
 *
 * Of equal F1 the class with more support comes first in both lists (its score is the better founded), then the name
 * decides. Classes without support are not ranked. No class is in both lists: with fewer than 2k ranked classes `best`
 * takes the upper half, rounded up, and `worst` the rest.
 *
 * @param report a classification report, or its rows
 * @param k the most classes in each list, default 5
 * @throws RangeError for a k that is not a positive integer
 * @example
 * ```ts
 * const { best, worst } = bestAndWorstClasses(classificationReport(yTrue, yPred, { targetNames }), 3);
 * worst[0]?.name; // 'wind'
 * ```
 */
export function bestAndWorstClasses(
  report: { readonly classes: readonly ClassScores[] } | readonly ClassScores[],
  k = 5,
): BestAndWorstClasses {
  checkCount(k, 'k');
  const rows = 'classes' in report ? report.classes : report;
  const ranked = rows.filter(({ support }) => support > 0);
  const bySupportThenName = (a: ClassScores, b: ClassScores): number =>
    b.support - a.support || (a.name < b.name ? -1 : Number(a.name > b.name));

  ranked.sort((a, b) => b.f1Score - a.f1Score || bySupportThenName(a, b));
  const best = ranked.slice(0, Math.min(k, Math.ceil(ranked.length / 2)));
  const others = ranked.slice(best.length).sort((a, b) => a.f1Score - b.f1Score || bySupportThenName(a, b));
  return { best, worst: others.slice(0, k) };
}
