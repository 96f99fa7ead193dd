import { decodeAudio, type Waveform } from '../audio/index.js';
import { DatasetError } from '../errors.js';
import { checksum } from './checksum.js';
import { countLabels } from './countLabels.js';
import type { AudioDataset } from './dataset.js';
import type { SkippedRecording } from './examples.js';
import { type DatasetInspection, formatInspection } from './formatInspection.js';
import { readRecording } from './recordings.js';

/** The least level that common tools take for clipped, and how many such samples in a row. */
const FULL_SCALE = 0.999;
const CLIPPED_RUN = 3;

/** Settings of {@link inspect}. */
export interface InspectOptions {
  /** A clip whose samples are all below this many dB of full scale is silent. Default -60. */
  readonly silenceDb?: number;
  /** Told after every clip. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads every clip once and tells what could spoil training: silence, clipping, duplicates, damaged and unreadable files,
 * few clips of a class. Encoded sounds are decoded at their own rate, as resampling would hide clipping; channels are averaged.
 *
 * @throws {RangeError} when `silenceDb` is not below 0
 * @throws {HubError} when the Hub cannot be reached; a clip that cannot be read is no error but in the list `unreadable`
 *
 * @example
 * ```ts
 * const inspection = await inspect(await loadDataset('./sounds'));
 * console.log(String(inspection), inspection.duplicates);
 * ```
 */
export async function inspect(
  dataset: AudioDataset,
  { silenceDb = -60, onProgress }: InspectOptions = {},
): Promise<DatasetInspection> {
  if (!(silenceDb < 0)) throw new RangeError(`silenceDb: expected a number of dB below 0, got ${silenceDb}.`);
  const silence = 10 ** (silenceDb / 20);
  const seconds: number[] = [];
  const rates = new Map<number, number>();
  const bySamples = new Map<string, string[]>();
  const [silent, clipped]: [string[], string[]] = [[], []];
  const [damaged, unreadable]: [SkippedRecording[], SkippedRecording[]] = [[], []];
  for (let index = 0; index < dataset.length; index++) {
    const id = dataset.idOf(index);
    try {
      const waveform = await readOwnRate(dataset, index, (reason) => damaged.push({ id, reason }));
      const { samples, sampleRate } = waveform;
      const { peak, energy, isClipped } = measure(samples);
      seconds.push(samples.length / sampleRate);
      rates.set(sampleRate, (rates.get(sampleRate) ?? 0) + 1);
      if (peak < silence) silent.push(id);
      if (isClipped) clipped.push(id);
      const key = [sampleRate, samples.length, checksum(samples), energy].join();
      bySamples.set(key, [...(bySamples.get(key) ?? []), id]);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      unreadable.push({ id, reason: error.message });
    }
    onProgress?.(index + 1, dataset.length);
  }
  const inspection = {
    name: dataset.name,
    clips: dataset.length,
    seconds: {
      total: seconds.reduce((sum, length) => sum + length, 0),
      shortest: seconds.reduce((least, length) => Math.min(least, length), seconds[0] ?? 0),
      longest: seconds.reduce((most, length) => Math.max(most, length), 0),
    },
    sampleRates: [...rates]
      .map(([sampleRate, count]) => ({ sampleRate, count }))
      .sort((a, b) => a.sampleRate - b.sampleRate),
    labels: countLabels(dataset),
    silent,
    clipped,
    duplicates: [...bySamples.values()].filter((ids) => ids.length > 1),
    damaged,
    unreadable,
  };
  return Object.defineProperty(inspection, 'toString', {
    value: () => formatInspection(inspection),
    enumerable: false,
  });
}

/** The sound of a clip at its file's own rate, or the data set's where there is no file. */
async function readOwnRate(
  dataset: AudioDataset,
  index: number,
  onWarning: (reason: string) => void,
): Promise<Waveform> {
  if (!dataset.bytesOf) return (await dataset.get(index)).waveform;
  const bytes = await dataset.bytesOf(index);
  const id = dataset.idOf(index);
  return readRecording(dataset.name, id, () => decodeAudio(bytes, { name: id, onWarning }));
}

function measure(samples: Float32Array): { peak: number; energy: number; isClipped: boolean } {
  let [peak, energy, run, isClipped] = [0, 0, 0, false];
  for (let i = 0; i < samples.length; i++) {
    const level = Math.abs(samples[i]!);
    if (level > peak) peak = level;
    energy += level * level;
    run = level >= FULL_SCALE ? run + 1 : 0;
    if (run === CLIPPED_RUN) isClipped = true;
  }
  return { peak, energy, isClipped };
}
