import { compareEvaluations, type EvaluationResult, reportOf } from '../../results/index.js';
import { breakable, type Html, html } from '../html.js';
import type { Words } from '../words.js';
import { scrollBox } from './section.js';

/** Several results side by side: a paired test of each against the first, and the differences of every class. */
export function comparison(words: Words, given: readonly EvaluationResult[]): Html {
  const { results, intervals, pairs, leftOut } = compareEvaluations(given);
  const [first] = results as [EvaluationResult];
  const reports = results.map((result) => reportOf(result).classes);
  // Those with the first come before all others.
  const testOf = (index: number) => pairs[index - 1]!;
  const row = ({ name }: EvaluationResult, index: number): Html => {
    const { accuracy, macroF1 } = intervals[index]!;
    const head = html`<tr><th scope="row">${breakable(name)}</th><td>${words.number(accuracy.value, '%1')}</td>
      <td>${words.text('summary.range', { low: accuracy.low, high: accuracy.high })}</td><td>${words.number(macroF1.value, '2')}</td>`;
    if (index === 0) return html`${head}<td colspan="3" class="quiet">${words.text('comparison.reference')}</td></tr>`;
    const { differences, onlyFirst, onlySecond, pValue } = testOf(index);
    const { value, low, high } = differences.accuracy;
    // The library's difference is the first less the other.
    return html`${head}<td>${words.text('comparison.differenceValue', { value: -value, low: -high, high: -low })}</td>
      <td>${words.number(onlyFirst, '0')} / ${words.number(onlySecond, '0')}</td><td>${words.number(pValue, '3')}</td></tr>`;
  };
  const differences = first.labels.map((_, label) =>
    Math.max(...reports.map((classes) => Math.abs(classes[label]!.f1Score - reports[0]![label]!.f1Score))),
  );
  const order = [...first.labels.keys()].sort((a, b) => differences[b]! - differences[a]!);
  return html`<section id="comparison" aria-labelledby="comparison-title">
    <h2 id="comparison-title">${words.text('comparison.title')}</h2>
    <p class="intro">${words.text('comparison.intro', { count: first.clips.length })}</p>
    ${scrollBox(
      words.attribute('aria-label', 'comparison.title'),
      html`<table class="data"><caption class="hidden">${words.text('comparison.title')}</caption><thead><tr>
      <th scope="col" class="name">${words.text('comparison.model')}</th><th scope="col">${words.text('metric.accuracy')}</th><th scope="col">${words.text('comparison.interval')}</th><th scope="col">${words.text('metric.macroF1')}</th>
      <th scope="col">${words.text('comparison.difference')}</th><th scope="col">${words.text('comparison.onlyOne')}</th><th scope="col">${words.text('comparison.pValue')}</th></tr></thead>
      <tbody>${results.map(row)}</tbody></table>`,
    )}
    ${leftOut.length > 0 && html`<p class="note">${words.text('comparison.leftOut', { count: leftOut.length })}</p>`}
    <h3 class="table-title">${words.text('comparison.classes')}</h3>
    ${scrollBox(
      words.attribute('aria-label', 'comparison.classes'),
      html`<table class="data"><caption class="hidden">${words.text('comparison.classes')}</caption><thead><tr><th scope="col" class="name">${words.text('classes.class')}</th>
      ${results.map(({ name }) => html`<th scope="col">${breakable(name)}</th>`)}${results.slice(1).map(({ name }) => html`<th scope="col">${words.text('comparison.classDifference', { name })}</th>`)}</tr></thead>
      <tbody>${order.map((label) =>
        classRow(
          words,
          first.labels[label]!,
          reports.map((classes) => classes[label]!.f1Score),
        ),
      )}</tbody></table>`,
    )}
  </section>`;
}

const classRow = (words: Words, name: string, values: readonly number[]): Html =>
  html`<tr><th scope="row">${breakable(name)}</th>${values.map((value) => html`<td>${words.number(value, '2')}</td>`)}
  ${values.slice(1).map((value) => {
    const difference = value - values[0]!;
    return html`<td class="change ${difference < 0 ? 'less' : 'more'}" style="--share:${Math.abs(difference).toFixed(4)}"><span class="small-bar" aria-hidden="true"></span>${words.number(difference, '+2')}</td>`;
  })}</tr>`;
