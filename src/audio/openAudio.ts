import { type AudioSource, openSource } from './audioSource.js';
import { problemsOf } from './problems.js';
import type { ReadAudioOptions } from './read.js';
import { checkSampleRate } from './resampler.js';
import { openSamples } from './sampleStream.js';

/** A sound that is read as its samples are asked for, once. */
export interface AudioStream extends AsyncIterable<Float32Array> {
  /** Samples a second of the pieces, in Hz. */
  readonly sampleRate: number;
  /** Length of the sound in seconds, where its header says: of WAV and AIFF. */
  readonly seconds: number | undefined;
  /** How much of the file has been read, from 0 to 1. */
  readonly progress: number;
  /** Closes the file. It closes itself at the end of the sound, at an error, and when a loop over it is left. */
  close(): Promise<void>;
}

/**
 * Opens a sound of any length, and gives it in pieces, each some seconds long, mono. WAV, AIFF, FLAC, Ogg and MP3 files and Blobs are
 * never in memory as a whole; what a URL gives is, and what only the browser decodes. The pieces make up what {@link readAudio} gives.
 *
 * @throws {AudioDecodeError} as {@link readAudio}; also later, when a piece cannot be decoded
 * @throws {AudioInputError} as {@link readAudio}
 *
 * @example
 * ```ts
 * const night = await openAudio('night.wav', { sampleRate: 16000 });
 * let loudest = 0;
 * for await (const samples of night) for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
 * ```
 */
export async function openAudio(
  source: AudioSource,
  { sampleRate, onWarning }: ReadAudioOptions = {},
): Promise<AudioStream> {
  if (sampleRate !== undefined) checkSampleRate(sampleRate);
  const file = await openSource(source);
  let furthest = 0;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  const counted = {
    ...file,
    read(start: number, end: number) {
      furthest = Math.max(furthest, end);
      return file.read(start, end);
    },
  };
  const stream = await openSamples(counted, problemsOf(file.name || undefined, onWarning), sampleRate).catch(
    async (error: unknown) => {
      await close();
      throw error;
    },
  );
  return {
    sampleRate: stream.sampleRate,
    seconds: stream.length === undefined ? undefined : stream.length / stream.sampleRate,
    get progress() {
      return file.size === 0 ? 1 : furthest / file.size;
    },
    close,
    async *[Symbol.asyncIterator]() {
      try {
        yield* stream.pieces;
      } finally {
        await close();
      }
    },
  };
}
