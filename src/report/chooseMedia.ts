import type { AudioDataset } from '../datasets/index.js';
import type { EvaluationResult } from '../results/index.js';
import { clipMedia } from './clipMedia.js';
import { scriptJson } from './html.js';
import type { ReportNumbers } from './numbers.js';
import type { ClipMedia } from './pageData.js';
import { examplesOf, shownPairs } from './sections/pairs.js';

/** Which clips of a report have sound. */
export type Sounds = 'errors' | 'all' | 'none';

/** Sounds and pictures of clips, and whether there was room for all that were asked for. */
export interface ChosenMedia {
  readonly media: Readonly<Record<string, ClipMedia>>;
  readonly isComplete: boolean;
}

/**
 * Ids of the clips in the order in which they matter: mistakes, what they are compared with, one clip of every class, and all
 * others.
 *
 * @returns the ids, and how many of them `sounds: 'errors'` is about
 */
export function rankClips(results: readonly { result: EvaluationResult; numbers: ReportNumbers }[]): {
  readonly ids: readonly string[];
  readonly important: number;
} {
  const idsOf = (choose: (each: (typeof results)[number]) => readonly number[]): string[] =>
    results.flatMap((each) => choose(each).map((i) => each.result.clips[i]!.id));
  const pairs = idsOf((each) => shownPairs(each).flatMap((pair) => examplesOf(each, pair)));
  const mistakes = idsOf(({ numbers }) => numbers.mistakes);
  const others = idsOf(({ result: { labels, clips } }) => {
    const first = [...labels.keys()].map((label) => clips.findIndex((clip) => clip.label === label));
    return [...first.filter((i) => i >= 0), ...clips.keys()];
  });
  return { ids: [...new Set([...pairs, ...mistakes, ...others])], important: new Set([...pairs, ...mistakes]).size };
}

/** Length of a text in a file. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * Makes sounds and pictures of clips until there is no more room.
 *
 * @param ids in the order in which they matter
 * @param room bytes that they may take in the page
 */
export async function chooseMedia(
  dataset: AudioDataset,
  { ids, important }: ReturnType<typeof rankClips>,
  { sounds, room }: { readonly sounds: Sounds; readonly room: number },
): Promise<ChosenMedia> {
  const indexOf = new Map(Array.from({ length: dataset.length }, (_, index) => [dataset.idOf(index), index]));
  const missing = ids.filter((id) => !indexOf.has(id));
  if (missing.length > 0)
    throw new RangeError(
      `The data set ${dataset.name} has no clip ${missing[0]}${missing.length > 1 ? `, nor ${missing.length - 1} others` : ''} of the ` +
        'results; give the data set that was evaluated, or leave it out.',
    );
  const media: Record<string, ClipMedia> = {};
  let left = room;
  for (const [rank, id] of ids.entries()) {
    const { waveform } = await dataset.get(indexOf.get(id)!);
    const made = await clipMedia(waveform, { sound: sounds === 'all' || (sounds === 'errors' && rank < important) });
    left -= bytesOf(scriptJson({ [id]: made }).html);
    if (left < 0) return { media, isComplete: false };
    media[id] = made;
  }
  return { media, isComplete: true };
}
