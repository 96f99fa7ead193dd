import { breakable, type Html, html } from '../html.js';
import { type ResultContext, scrollBox, section } from './section.js';

/** How often each class is said against how often it is there. */
export function bias(context: ResultContext): Html {
  const { words, numbers, result } = context;
  const rows = result.labels.map((name, label) => {
    const truth = numbers.scores.classes[label]!.support;
    const predicted = numbers.matrix.reduce((sum, row) => sum + row[label]!, 0);
    return { name, truth, predicted, difference: predicted - truth };
  });
  const most = Math.max(1, ...rows.map(({ difference }) => Math.abs(difference)));
  const sorted = [...rows].sort((a, b) => b.difference - a.difference);
  return section(
    context,
    'bias.title',
    { intro: 'bias.intro' },
    scrollBox(
      words.attribute('aria-label', 'bias.title'),
      html`<table class="data bias"><caption class="hidden">${words.text('bias.title')}</caption>
      <thead><tr><th scope="col" class="name">${words.text('classes.class')}</th><th scope="col">${words.text('bias.true')}</th><th scope="col">${words.text('bias.predicted')}</th><th scope="col">${words.text('bias.difference')}</th><th class="picture-column" aria-hidden="true"></th></tr></thead>
      <tbody>${sorted.map(
        ({ name, truth, predicted, difference }) =>
          html`<tr><th scope="row">${breakable(name)}</th><td>${words.number(truth, '0')}</td><td>${words.number(predicted, '0')}</td><td>${words.number(difference, '+0')}</td>
          <td class="diverging" aria-hidden="true"><span class="${difference < 0 ? 'less' : 'more'}" style="--share:${(Math.abs(difference) / most).toFixed(4)}"></span></td></tr>`,
      )}</tbody></table>`,
    ),
  );
}
