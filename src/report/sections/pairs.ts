import { clipCard } from '../clipCard.js';
import { type Html, html } from '../html.js';
import type { Confusion } from '../numbers.js';
import { type ResultContext, section } from './section.js';

/** How many kinds of mistakes are shown. */
const MOST = 6;

/** Clips that show a kind of mistake: one that is mistaken, and one of the class that it is taken for, rightly recognised if any is. */
export function examplesOf({ result, numbers }: Pick<ResultContext, 'result' | 'numbers'>, pair: Confusion): number[] {
  const { clips } = result;
  const mistaken = numbers.mistakes.find(
    (i) => clips[i]!.label === pair.truth && clips[i]!.prediction === pair.prediction,
  );
  const own = [...clips.keys()].filter((i) => clips[i]!.label === pair.prediction);
  const score = (i: number): number => clips[i]!.scores[pair.prediction]!;
  const typical = own.sort((a, b) => score(b) - score(a))[0];
  return [mistaken, typical].filter((i) => i !== undefined);
}

/** The kinds of mistakes that are shown. */
export const shownPairs = ({ numbers }: Pick<ResultContext, 'numbers'>): readonly Confusion[] =>
  numbers.confusions.slice(0, MOST);

/** The most confused pairs, with an example of each side by side. */
export function pairs(context: ResultContext): Html {
  const { words, result, clips } = context;
  const { labels } = result;
  const shown = shownPairs(context);
  const one = (pair: Confusion): Html => {
    const { truth, prediction, count, rate } = pair;
    const names = { truth: labels[truth]!, prediction: labels[prediction]! };
    return html`<li class="pair"><h3>${words.text('pairs.pair', names)}</h3>
      <p>${words.text('pairs.count', { count, rate, ...names })}</p>
      <div class="side-by-side">${examplesOf(context, pair).map((i) => clipCard(words, clips[i]!, labels))}</div></li>`;
  };
  return section(
    context,
    'pairs.title',
    { intro: shown.length > 0 ? 'pairs.intro' : 'pairs.none', wide: true },
    shown.length > 0 && html`<ol class="pairs">${shown.map(one)}</ol>`,
  );
}
