import { asHtml, breakable, type Html, html } from '../html.js';
import type { MessageKey } from '../messages/messages.js';
import { type ResultContext, scrollBox, section } from './section.js';

const columns: readonly (readonly [name: string, key: MessageKey])[] = [
  ['precision', 'classes.precision'],
  ['recall', 'classes.recall'],
  ['f1Score', 'classes.f1'],
  ['averagePrecision', 'classes.averagePrecision'],
  ['support', 'classes.support'],
];

/** Scores of every class, in a table that can be sorted. */
export function classes(context: ResultContext): Html {
  const { words, numbers } = context;
  const { scores, averagePrecisions, best, worst } = numbers;
  const bar = (value: number, form: string, kind = ''): Html =>
    html`<td data-value="${value}" class="${kind}"><span class="small-bar" style="--share:${(value || 0).toFixed(4)}"></span>${words.number(value, form)}</td>`;
  const mark = (label: number): Html | false =>
    best.includes(label)
      ? html` <span class="tag best"><span aria-hidden="true">▲</span> ${words.text('classes.best')}</span>`
      : worst.includes(label) &&
        html` <span class="tag worst"><span aria-hidden="true">▼</span> ${words.text('classes.worst')}</span>`;
  const rows = scores.classes.map(
    ({ name, precision, recall, f1Score, support }, label) =>
      html`<tr><th scope="row" data-value="${name}">${breakable(name)}${mark(label)}</th>${bar(precision, '2')}${bar(recall, '2')}${bar(f1Score, '2', 'f1')}${bar(averagePrecisions[label]!, '2')}<td data-value="${support}">${words.number(support, '0')}</td></tr>`,
  );
  const average = (
    key: MessageKey,
    values: { precision: number; recall: number; f1Score: number },
    ap?: number,
  ): Html =>
    html`<tr><th scope="row">${words.text(key)}</th>${[values.precision, values.recall, values.f1Score, ap ?? Number.NaN].map((value) => html`<td>${words.number(value, '2')}</td>`)}<td>${words.number(scores.macroAvg.support, '0')}</td></tr>`;
  const heading = (name: string, key: MessageKey, kind: string): Html =>
    html`<th scope="col"${kind === 'text' && asHtml(' class="name"')}><button type="button" data-sort="${name}" data-kind="${kind}">${words.text(key)}<span class="arrow" aria-hidden="true"></span></button></th>`;
  return section(
    context,
    'classes.title',
    { intro: 'classes.intro' },
    scrollBox(
      words.attribute('aria-label', 'classes.title'),
      html`<table class="data sortable"><caption class="hidden">${words.text('classes.title')}</caption>
      <thead><tr>${heading('name', 'classes.class', 'text')}${columns.map(([name, key]) => heading(name, key, 'number'))}</tr></thead>
      <tbody>${rows}</tbody>
      <tfoot>${average('classes.macro', scores.macroAvg, numbers.meanAveragePrecision)}${average('classes.weighted', scores.weightedAvg)}</tfoot></table>`,
    ),
    html`<p class="hidden" role="status" aria-live="polite"></p>`,
  );
}
