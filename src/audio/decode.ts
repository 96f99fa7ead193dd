import { AudioInputError } from '../errors.js';
import { memorySource } from '../hub/index.js';
import { collectSamples } from './collectSamples.js';
import { type OnAudioWarning, problemsOf } from './problems.js';
import { checkSampleRate } from './resampler.js';
import { openSamples } from './sampleStream.js';
import type { Waveform } from './waveform.js';

/** Options of {@link decodeAudio}. */
export interface DecodeAudioOptions {
  /** What errors and warnings call the sound, e.g. the name of its file. */
  readonly name?: string;
  /** Rate in Hz to resample to; default: the sound's own. AST needs 16000. */
  readonly sampleRate?: number;
  /** Told when the sound is damaged or cut short, and what could be read is given. Default: `console.warn`. */
  readonly onWarning?: OnAudioWarning;
}

/**
 * Decodes the bytes of a sound file: WAV (PCM 8 to 32 bits, float, A-law, µ-law, ADPCM, RF64), AIFF, FLAC, Ogg (Vorbis,
 * Opus, FLAC) or MP3, told by the bytes, never by a name; on a web page also what its browser decodes of MP4 (M4A), AAC,
 * WebM and CAF. Channels are averaged. Integer samples are divided by 2^(bits - 1), so a waveform lies in [-1, 1].
 *
 * Of a file that is cut short or damaged, what can be read is given, and `onWarning` told what is missing and where. A file
 * that gives nothing is an error, and so is one whose samples are not all finite.
 *
 * @throws {AudioDecodeError} when the bytes are no sound, give no samples, or are in a codec that is not supported
 * @throws {AudioInputError} when `bytes` is something else than bytes, or `sampleRate` is not a positive integer
 *
 * @example
 * ```ts
 * const response = await fetch('https://example.org/dog.ogg');
 * const waveform = await decodeAudio(await response.arrayBuffer(), { name: 'dog.ogg', sampleRate: 16000 });
 * ```
 */
export async function decodeAudio(
  bytes: Uint8Array | ArrayBuffer,
  { name, sampleRate, onWarning }: DecodeAudioOptions = {},
): Promise<Waveform> {
  if (!(bytes instanceof Uint8Array || bytes instanceof ArrayBuffer))
    throw new AudioInputError(
      `Expected the bytes of a sound as Uint8Array or ArrayBuffer, got ${typeof bytes}; readAudio takes paths and URLs.`,
    );
  if (sampleRate !== undefined) checkSampleRate(sampleRate);
  const source = memorySource(name ?? '', bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
  return collectSamples(await openSamples(source, problemsOf(name, onWarning), sampleRate));
}
