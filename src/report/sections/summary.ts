import { breakable, type Html, html } from '../html.js';
import type { MessageKey } from '../messages/messages.js';
import type { Metric } from '../numbers.js';
import type { Words } from '../words.js';
import type { ResultContext } from './section.js';

/** The first screen: how good, on what, which classes are good and which are bad. */
export function summary(context: ResultContext): Html {
  const { words, result, numbers, index } = context;
  const { headline } = numbers;
  const right = result.clips.length - numbers.mistakes.length;
  const { confusions } = numbers;
  const [worst] = confusions;
  return html`<section id="summary-${index}" class="summary" aria-labelledby="summary-${index}-title">
    <h2 id="summary-${index}-title" class="hidden">${words.text('summary.title')}</h2>
    <div class="hero">
      <p class="headline"><span class="metric">${words.text(`metric.${headline.name}`)}</span>
        <strong>${words.number(headline.value, '%1')}</strong>
        ${intervalOf(words, headline, 'summary.interval')}</p>
      <p class="answer">${words.text('summary.answer', { right, count: result.clips.length })}
      ${worst && words.text('summary.mostConfused', { truth: result.labels[worst.truth]!, prediction: result.labels[worst.prediction]!, count: worst.count, support: numbers.scores.classes[worst.truth]!.support })}</p>
      <dl class="tiles">${numbers.metrics.map(
        (metric) => html`<div><dt>${words.text(`metric.${metric.name}`)}</dt>
        <dd>${words.number(metric.value, '%1')}${intervalOf(words, metric, 'summary.range')}</dd></div>`,
      )}</dl>
      <p class="note">${words.text('summary.method', { count: numbers.recordings, draws: numbers.draws })}</p>
    </div>
    <div class="ranking">${ranking(context, 'summary.best', numbers.best, '▲')}${numbers.worst.length > 0 && ranking(context, 'summary.worst', numbers.worst, '▼')}</div>
  </section>`;
}

/** The 95 % interval of a figure, where it has one. */
const intervalOf = (words: Words, { low, high }: Metric, key: MessageKey): Html | false =>
  low !== undefined && high !== undefined && html`<small class="interval">${words.text(key, { low, high })}</small>`;

/** A few classes with their F1 as bars. */
function ranking({ words, numbers }: ResultContext, title: MessageKey, labels: readonly number[], mark: string): Html {
  const rows = labels.map((label) => numbers.scores.classes[label]!);
  return html`<table class="bars ${title === 'summary.best' ? 'best' : 'worst'}">
    <caption><span aria-hidden="true">${mark}</span> ${words.text(title)}</caption>
    <thead class="hidden"><tr><th scope="col">${words.text('classes.class')}</th><th scope="col">F1</th><th scope="col">F1</th><th scope="col">${words.text('classes.support')}</th></tr></thead>
    <tbody>${rows.map(
      ({ name, f1Score, support }) => html`<tr><th scope="row">${breakable(name)}</th>
      <td class="bar"><span style="--share:${f1Score.toFixed(4)}"></span></td>
      <td>${words.number(f1Score, '2')}</td><td class="support">${words.text('summary.clips', { count: support })}</td></tr>`,
    )}</tbody></table>`;
}
