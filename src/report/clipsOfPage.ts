import type { PatchLayout } from '../plots/index.js';
import type { AttentionMap, EvaluatedClip, EvaluationResult } from '../results/index.js';
import { base64 } from './base64.js';
import { classesOf, isRight } from './numbers.js';
import type { PageAttention, PageClip } from './pageData.js';

/** How many scores of a clip are shown. */
const TOP = 5;

/** Where patches lie, where a result does not say: as the authors of AST have them. */
const authorsPatches: PatchLayout = { patchSize: 16, frequencyStride: 10, timeStride: 10 };
const FRAMES_IN_SECOND = 100;
const BINS = 128;

/** The clips of a result as the page needs them. */
export function clipsOfPage({ clips, settings }: EvaluationResult): PageClip[] {
  const patches = { ...authorsPatches, ...(settings['model'] as Partial<PatchLayout> | undefined) };
  return clips.map((clip) => clipOfPage(clip, patches));
}

function clipOfPage(clip: EvaluatedClip, patches: PatchLayout): PageClip {
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
    ...(attention && { attention: attentionOfPage(attention, patches) }),
  };
}

/** Patches overlap: each stands for what is nearest to its centre. */
function attentionOfPage(
  { frequencies, times, weights }: AttentionMap,
  { patchSize, frequencyStride, timeStride }: PatchLayout,
): PageAttention {
  const most = Math.max(...weights) || 1;
  const start = (stride: number): number => (patchSize - stride) / 2;
  return {
    frequencies,
    times,
    start: { seconds: start(timeStride) / FRAMES_IN_SECOND, height: start(frequencyStride) / BINS },
    cell: { seconds: timeStride / FRAMES_IN_SECOND, height: frequencyStride / BINS },
    weights: base64(Uint8Array.from(weights, (weight) => (255 * weight) / most)),
  };
}
