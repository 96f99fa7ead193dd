import { clipCard } from '../clipCard.js';
import { type Html, html } from '../html.js';
import { type ResultContext, section } from './section.js';

/** Every clip that the model has wrong. */
export function mistakes(context: ResultContext): Html {
  const { words, result, numbers, clips } = context;
  const count = numbers.mistakes.length;
  const hasAttention = numbers.mistakes.some((i) => clips[i]!.attention);
  return section(
    context,
    'mistakes.title',
    {
      intro: count === 0 ? 'mistakes.none' : hasAttention ? 'mistakes.introAttention' : 'mistakes.intro',
      values: { count },
      wide: true,
    },
    count > 0 &&
      html`<div class="cards">${numbers.mistakes.map((i) => clipCard(words, clips[i]!, result.labels, { level: 3 }))}</div>`,
  );
}
