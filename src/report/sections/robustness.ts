import { plotRobustness } from '../../plots/index.js';
import { type Html, html } from '../html.js';
import { picture, type ResultContext, scrollBox, section } from './section.js';

/** Accuracy as sounds get worse, where the result knows. */
export async function robustness(context: ResultContext): Promise<Html | undefined> {
  const { words, result } = context;
  const curves = (result.robustness ?? []).filter(({ points }) => points.length > 0);
  if (curves.length === 0) return undefined;
  const tables = curves.map(({ kind, unit, clean, points }) =>
    scrollBox(
      words.attribute('aria-label', 'robustness.table', { kind }),
      html`<table class="data"><caption>${kind} (${unit})</caption>
      <thead><tr><th scope="col" class="name">${words.text('classes.class')}</th>${clean && html`<th scope="col">${words.text('robustness.clean')}</th>`}${points.map(({ severity }) => html`<th scope="col">${words.number(severity, '')}</th>`)}</tr></thead>
      <tbody>${result.labels.map((name, label) => html`<tr><th scope="row">${name}</th>${[...(clean ? [clean] : []), ...points].map(({ recall }) => html`<td>${words.number(recall[label]!, '2')}</td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${words.text('metric.accuracy')}</th>${[...(clean ? [clean] : []), ...points].map(({ accuracy }) => html`<td>${words.number(accuracy, '2')}</td>`)}</tr></tfoot></table>`,
    ),
  );
  return section(
    context,
    'robustness.title',
    { intro: 'robustness.intro' },
    await picture((options) => plotRobustness(curves, { width: 720, ...options, labels: result.labels }), {}),
    html`<details><summary>${words.text('robustness.classes')}</summary><div class="columns">${tables}</div></details>`,
  );
}
