import { type Html, html } from '../html.js';
import { matrixTable } from '../matrixTable.js';
import type { MessageKey } from '../messages/messages.js';
import { type ResultContext, section } from './section.js';

/** The confusion matrix; the page's script sorts it, divides it, and shows the clips of a cell. */
export function confusion(context: ResultContext): Html {
  const { words, result, numbers, index } = context;
  const { dataset } = numbers.orders;
  const counts = dataset.map((truth) => dataset.map((prediction) => numbers.matrix[truth]![prediction]!));
  const choices = (name: 'order' | 'norm', keys: readonly string[]): Html =>
    html`<fieldset class="choices"><legend>${words.text(`confusion.${name}`)}</legend>${keys.map(
      (key, i) =>
        html`<label><input type="radio" name="${name}-${index}" value="${key}"${i === 0 && html` checked`}><span>${words.text(`confusion.${name}.${key}` as MessageKey)}</span></label>`,
    )}</fieldset>`;
  const left = result.labels.length - dataset.length;
  return section(
    context,
    'confusion.title',
    { intro: 'confusion.intro', wide: true },
    html`<div class="controls needs-script">${choices('order', ['dataset', 'recall', 'similarity'])}${choices('norm', ['counts', 'true', 'pred'])}</div>
    <p class="hidden" role="status" aria-live="polite" id="matrix-status-${index}"></p>
    <div class="matrix" id="matrix-${index}">${matrixTable(words, dataset, result.labels, counts, 'counts')}</div>
    <p class="legend"><span class="swatch right"></span> ${words.text('confusion.legendRight')} <span class="swatch wrong"></span> ${words.text('confusion.legendWrong')} <span class="needs-script">${words.text('confusion.keys')}</span></p>
    ${left > 0 && html`<p class="note">${words.text('confusion.left', { count: left })}</p>`}
    <div class="cell-clips" id="cell-${index}" role="region" aria-live="polite" ${words.attribute('aria-label', 'confusion.clips')}></div>`,
  );
}
