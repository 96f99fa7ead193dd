import { DatasetError } from '../errors.js';
import type { AudioDataset, AudioExample } from './dataset.js';

/** A recording that was left out, and why. */
export interface SkippedRecording {
  readonly id: string;
  readonly reason: string;
}

/** Whether to stop at a recording that cannot be read, or to skip it and put it on the caller's list. */
export type UnreadableOptions =
  | { readonly onUnreadable?: 'throw' }
  | { readonly onUnreadable: 'throw' | 'skip'; readonly skipped: SkippedRecording[] };

/**
 * Reads recordings one after the other.
 *
 * With `onUnreadable: 'skip'` a recording that cannot be decoded is put on `skipped` and the next one follows; whoever
 * iterates reports that list. A lost connection to the Hub or an index out of range always throws.
 *
 * @param indices Which recordings, in which order; default: all.
 * @throws DatasetError at the first recording that cannot be read, unless they are skipped.
 *
 * @example
 * ```ts
 * const skipped: SkippedRecording[] = [];
 * for await (const { index, waveform } of examples(dataset, undefined, { onUnreadable: 'skip', skipped }))
 *   console.log(index, waveform.samples.length);
 * if (skipped.length > 0) console.warn('not read:', skipped);
 * ```
 */
export async function* examples(
  dataset: AudioDataset,
  indices: Iterable<number> = Array(dataset.length).keys(),
  options: UnreadableOptions = {},
): AsyncGenerator<AudioExample & { readonly index: number }> {
  for (const index of indices) {
    let example: AudioExample;
    try {
      example = await dataset.get(index);
    } catch (error) {
      if (!(error instanceof DatasetError) || options.onUnreadable !== 'skip') throw error;
      options.skipped.push({ id: dataset.idOf(index), reason: error.message });
      continue;
    }
    yield { ...example, index };
  }
}
