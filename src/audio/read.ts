import { type AudioSource, openSource } from './audioSource.js';
import { collectSamples } from './collectSamples.js';
import { type OnAudioWarning, problemsOf } from './problems.js';
import { checkSampleRate } from './resampler.js';
import { openSamples } from './sampleStream.js';
import type { Waveform } from './waveform.js';

/** Options of {@link readAudio} and {@link openAudio}. */
export interface ReadAudioOptions {
  /** Rate in Hz to resample to; default: the sound's own. AST needs 16000. */
  readonly sampleRate?: number;
  /** Told when the sound is damaged or cut short, and what could be read is given. Default: `console.warn`. */
  readonly onWarning?: OnAudioWarning;
}

/**
 * Reads a sound from a file (Node), a URL, a Blob or bytes, and decodes it as {@link decodeAudio} does.
 *
 * A string that begins with `http:`, `https:`, `data:`, `blob:` or `file:` is a URL, any other a path.
 *
 * @throws {AudioDecodeError} when there is no such file, the server does not give it, or it cannot be decoded; `file` names it
 * @throws {AudioInputError} for a path in a browser, a source of another kind, or a `sampleRate` that is not a positive integer
 *
 * @example
 * ```ts
 * const dog = await readAudio('dog.wav', { sampleRate: 16000 });
 * const rain = await readAudio('https://example.org/rain.mp3', { sampleRate: 16000 });
 * ```
 */
export async function readAudio(
  source: AudioSource,
  { sampleRate, onWarning }: ReadAudioOptions = {},
): Promise<Waveform> {
  if (sampleRate !== undefined) checkSampleRate(sampleRate);
  const file = await openSource(source);
  try {
    return await collectSamples(await openSamples(file, problemsOf(file.name || undefined, onWarning), sampleRate));
  } finally {
    await file.close();
  }
}
