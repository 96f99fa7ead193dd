import { asHtml, breakable, type Html, html } from './html.js';
import type { PageClip } from './pageData.js';
import type { Words } from './words.js';

/** A clip: what it is and what it was taken for, its scores, and a place where the page's script puts picture and player. */
export function clipCard(words: Words, clip: PageClip, labels: readonly string[], { level = 4 } = {}): Html {
  const { id, label, prediction, right, scores } = clip;
  const heading = right
    ? words.text('clip.right', { truth: labels[label]! })
    : words.text('clip.wrong', { truth: labels[label]!, prediction: labels[prediction]! });
  const tag = asHtml(`h${level}`);
  return html`<article class="clip ${right ? 'right' : 'wrong'}">
    <${tag} class="clip-title"><span aria-hidden="true" class="mark">${right ? '✓' : '✗'}</span> ${heading}</${tag}>
    <div class="media" data-clip="${id}"></div>
    <table class="bars"><caption class="hidden">${words.text('clip.scores', { id })}</caption>
      <tbody>${scores.map(([index, score]) => scoreRow(words, labels[index]!, score, index === label))}</tbody>
    </table>
    <p class="id">${id}</p>
  </article>`;
}

const scoreRow = (words: Words, name: string, score: number, isTrue: boolean): Html =>
  html`<tr${isTrue && asHtml(' class="true"')}>
    <th scope="row">${breakable(name)}${isTrue && html` <span class="tag">${words.text('clip.trueClass')}</span>`}</th>
    <td class="bar"><span style="--share:${score.toFixed(4)}"></span></td>
    <td>${words.number(score, '%0')}</td>
  </tr>`;
