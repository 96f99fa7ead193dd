import type { AttentionMap, EvaluatedClip, EvaluationResult } from '../results/index.js';
import { base64 } from './base64.js';
import { classesOf, isRight } from './numbers.js';
import type { PageAttention, PageClip } from './pageData.js';

/** How many scores of a clip are shown. */
const TOP = 5;

/** The clips of a result as the page needs them. */
export const clipsOfPage = ({ clips }: EvaluationResult): PageClip[] => clips.map(clipOfPage);

function clipOfPage(clip: EvaluatedClip): PageClip {
  const { id, label, prediction, scores, attention } = clip;
  const ranked = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
  const shown = ranked.slice(0, TOP);
  const missing = classesOf(clip).filter((each) => !shown.includes(each));
  return {
    id,
    label,
    prediction,
    right: isRight(clip),
    // The true class is shown too, in the place of the least.
    scores: [...shown.slice(0, TOP - missing.slice(0, 1).length), ...missing.slice(0, 1)].map((index) => [
      index,
      Number(scores[index]!.toFixed(4)),
    ]),
    ...(attention && { attention: attentionOfPage(attention) }),
  };
}

function attentionOfPage({ frequencies, times, weights }: AttentionMap): PageAttention {
  const most = Math.max(...weights) || 1;
  return { frequencies, times, weights: base64(Uint8Array.from(weights, (weight) => (255 * weight) / most)) };
}
