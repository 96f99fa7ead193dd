import type { Timeline, TimelineWindow } from './classifyWindows.js';

/** Settings of {@link detectEvents}. */
export interface DetectEventsOptions {
  /** The score from which a label counts as heard, [0, 1]. Default 0.5. */
  threshold?: number;
  /** Events shorter than this are left out. Default 0. */
  minimumSeconds?: number;
  /** Events of one label with a pause of at most this between them are one. Default 0: those that touch or overlap. */
  gapSeconds?: number;
}

/** Something that was heard from `start` to `end`. */
export interface SoundEvent {
  /** In seconds. */
  start: number;
  end: number;
  label: string;
  /** The highest score of its windows. */
  score: number;
}

/** Starts of windows are rounded to samples. */
const ROUNDING_SECONDS = 1e-3;

/**
 * Merges the windows of a time line into events: for each label, windows that reach the threshold and follow one another, gaps
 * filled before short events are left out, as in the post-processing of the DCASE challenges (dcase_util's `EventList`). Events are
 * as exact as windows are short; of overlapping windows an event covers all that heard it.
 *
 * @param timeline what `classifyLong` gives, or its labels with windows that `classifyStream` gave
 * @returns events by start, then label
 * @throws {RangeError} when an option is out of range
 *
 * @example
 * ```ts
 * const timeline = await classifier.classifyLong('night.wav', { hopSeconds: 1 });
 * for (const { start, end, label } of detectEvents(timeline, { threshold: 0.3, minimumSeconds: 2, gapSeconds: 5 }))
 *   console.log(`${start.toFixed(1)} to ${end.toFixed(1)} s: ${label}`);
 * ```
 */
export function detectEvents(
  { labels, windows }: Timeline,
  { threshold = 0.5, minimumSeconds = 0, gapSeconds = 0 }: DetectEventsOptions = {},
): SoundEvent[] {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`Expected threshold from 0 to 1, got ${threshold}.`);
  if (!(minimumSeconds >= 0)) throw new RangeError(`Expected minimumSeconds of 0 or more, got ${minimumSeconds}.`);
  if (!(gapSeconds >= 0)) throw new RangeError(`Expected gapSeconds of 0 or more, got ${gapSeconds}.`);
  return labels
    .flatMap((label, id) => eventsOf(label, id, windows, threshold, gapSeconds))
    .filter(({ start, end }) => end - start >= minimumSeconds - ROUNDING_SECONDS)
    .sort((a, b) => a.start - b.start || (a.label < b.label ? -1 : 1));
}

function eventsOf(
  label: string,
  id: number,
  windows: readonly TimelineWindow[],
  threshold: number,
  gapSeconds: number,
): SoundEvent[] {
  const events: SoundEvent[] = [];
  for (const { start, end, scores } of windows) {
    const score = scores[id]!;
    if (score < threshold) continue;
    const last = events.at(-1);
    if (last && start - last.end <= gapSeconds + ROUNDING_SECONDS) {
      last.end = Math.max(last.end, end);
      last.score = Math.max(last.score, score);
    } else events.push({ start, end, label, score });
  }
  return events;
}
