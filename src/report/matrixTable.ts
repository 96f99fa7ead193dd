import { breakable, type Html, html } from './html.js';
import type { Words } from './words.js';

/** What the numbers of the matrix are: counts, or shares of the true or of the predicted class. */
export type MatrixNorm = 'counts' | 'true' | 'pred';

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * A confusion matrix as a grid, which the keyboard's arrows move in. Written here, in the page's script too when it is sorted.
 *
 * @param order indices of the classes
 * @param labels all names
 * @param counts in that order, [classes, classes], row = truth
 */
export function matrixTable(
  words: Words,
  order: readonly number[],
  labels: readonly string[],
  counts: readonly (readonly number[])[],
  norm: MatrixNorm,
): Html {
  const rowSums = counts.map(sumOf);
  const columnSums = order.map((_, j) => sumOf(counts.map((row) => row[j]!)));
  const most = Math.max(1, ...counts.flat());
  const shareOf = (i: number, j: number): number =>
    norm === 'pred' ? counts[i]![j]! / columnSums[j]! : norm === 'true' ? counts[i]![j]! / rowSums[i]! : Number.NaN;
  const cell = (i: number, j: number): Html => {
    const count = counts[i]![j]!;
    const [truth, prediction] = [labels[order[i]!]!, labels[order[j]!]!];
    const share = shareOf(i, j);
    const kind = `${i === j ? 'right' : 'wrong'}${count === 0 ? ' none' : ''}`;
    const shade = count === 0 ? 0 : norm === 'counts' ? count / most : share;
    const name = words.attribute('aria-label', i === j ? 'confusion.cellRight' : 'confusion.cellWrong', {
      truth,
      prediction,
      count,
    });
    return html`<td role="gridcell" class="${kind}" style="--share:${shade.toFixed(3)}" tabindex="${i + j === 0 ? 0 : -1}" data-truth="${order[i]}" data-prediction="${order[j]}" title="${truth} → ${prediction}: ${count}" ${name}><span aria-hidden="true">${
      count === 0 ? '·' : norm === 'counts' ? words.number(count, '0') : words.number(100 * share, '0')
    }</span></td>`;
  };
  return html`<div class="scroll"><table role="grid" class="heat${order.length > 20 && ' dense'}" style="--classes:${order.length}" ${words.attribute('aria-label', `confusion.table.${norm}`)}>
    <thead><tr role="row"><td role="gridcell" class="corner">${words.text('confusion.corner')}</td>${order.map((label) => html`<th role="columnheader" scope="col"><span>${labels[label]}</span></th>`)}</tr></thead>
    <tbody>${order.map((label, i) => html`<tr role="row"><th role="rowheader" scope="row"><span title="${labels[label]}">${breakable(labels[label]!)}</span></th>${order.map((_, j) => cell(i, j))}</tr>`)}</tbody>
  </table></div>`;
}
