import type { Waveform } from '../audio/index.js';
import { type AudioClassification, bestLabels, checkCounts } from './classification.js';
import { type SoundWindow, slideWindows } from './slideWindows.js';

/** What a window of a long sound was classified as. */
export interface TimelineWindow {
  /** Where it begins in the sound, in seconds. */
  readonly start: number;
  /** Where it ends, in seconds; the last window ends where the sound does. */
  readonly end: number;
  /** The most likely labels, best first. */
  readonly classifications: readonly AudioClassification[];
  /** Scores of all labels, in the order of the model's, [0, 1]. */
  readonly scores: Float32Array;
}

/** A long sound, classified window by window. */
export interface Timeline {
  /** The model's labels, in the order of each window's scores. */
  readonly labels: readonly string[];
  /** Windows in time order. */
  readonly windows: readonly TimelineWindow[];
}

/** How a long or endless sound is cut, and what is told of each window. */
export interface WindowOptions {
  /** Length of a window. Default: what the model takes, `maxLength` / 100, e.g. 10.24; more is refused. */
  windowSeconds?: number;
  /** Time from one window's start to the next's. Default: `windowSeconds`; less makes windows overlap. */
  hopSeconds?: number;
  /** Windows that go through the model together. Default 8 for a file, 1 for a live source, which waits for all of a batch. */
  batchSize?: number;
  /** How many labels a window tells, best first; its scores are of all. Default 5. */
  topK?: number;
  /** How logits become scores; default: as the model was trained. */
  activation?: 'softmax' | 'sigmoid';
}

/** Windows with everything decided. */
export interface WindowPlan {
  readonly samplingRate: number;
  /** Length and hop of a window, in samples. */
  readonly length: number;
  readonly hop: number;
  readonly batchSize: number;
  readonly topK: number;
}

/**
 * Fills in the defaults of options and checks them.
 *
 * @param maxLength frames that the model takes, 100 a second
 * @throws {RangeError} naming the option that is out of range
 */
export function planWindows(
  { windowSeconds, hopSeconds, batchSize, topK = 5 }: WindowOptions,
  { maxLength, samplingRate }: { maxLength: number; samplingRate: number },
  usualBatchSize: number,
): WindowPlan {
  const longest = maxLength / 100;
  const seconds = windowSeconds ?? longest;
  if (!(seconds > 0 && seconds <= longest))
    throw new RangeError(
      `Expected windowSeconds above 0 and at most ${longest}, which is what the model takes, got ${seconds}; ` +
        'load the model with a larger maxLength for longer windows.',
    );
  const hop = hopSeconds ?? seconds;
  if (!(hop > 0 && hop < Infinity)) throw new RangeError(`Expected hopSeconds above 0, got ${hop}.`);
  checkCounts(topK, batchSize ?? usualBatchSize);
  const toSamples = (time: number): number => Math.max(1, Math.round(time * samplingRate));
  return {
    samplingRate,
    length: toSamples(seconds),
    hop: toSamples(hop),
    batchSize: batchSize ?? usualBatchSize,
    topK,
  };
}

/**
 * Classifies the windows of a sound that comes in pieces, as they fill.
 *
 * @param score scores of all labels for each of some sounds
 */
export async function* classifyWindows(
  pieces: AsyncIterable<Float32Array>,
  { samplingRate, length, hop, batchSize, topK }: WindowPlan,
  labels: readonly string[],
  score: (sounds: readonly Waveform[]) => Promise<readonly (readonly number[])[]>,
): AsyncGenerator<TimelineWindow> {
  let batch: SoundWindow[] = [];
  async function* classify(): AsyncGenerator<TimelineWindow> {
    const rows = await score(batch.map(({ samples }) => ({ samples, sampleRate: samplingRate })));
    for (const [i, { first, samples }] of batch.entries()) {
      const scores = Float32Array.from(rows[i]!);
      yield {
        start: first / samplingRate,
        end: (first + samples.length) / samplingRate,
        classifications: bestLabels(scores, labels, topK),
        scores,
      };
    }
    batch = [];
  }
  for await (const window of slideWindows(pieces, length, hop)) if (batch.push(window) === batchSize) yield* classify();
  if (batch.length > 0) yield* classify();
}
