import { AudioDecodeError, AudioInputError } from '../errors.js';
import { describeStart, isWave, promisedFrames, SUPPORTED_FORMATS } from './containers.js';
import { checkSampleRate, resample } from './resample.js';
import { parseWav, readPcm, stripWav } from './wav.js';
import type { Waveform } from './waveform.js';

/** Options of {@link decodeAudio}. */
export interface DecodeAudioOptions {
  /** What errors call the sound, e.g. the name of its file. */
  readonly name?: string;
  /** Rate in Hz to resample to; default: the sound's own. AST needs 16000. */
  readonly sampleRate?: number;
}

/**
 * Decodes the bytes of a sound file: WAV (PCM 8 to 32 bits, float, A-law, µ-law, ADPCM, RF64), FLAC, Ogg Vorbis, Opus, MP3
 * or AIFF, told by the bytes, never by a name. Channels are averaged. Integer samples are divided by 2^(bits - 1), so a
 * waveform lies in [-1, 1]. Uses the library audio-decode, loaded when first needed, for all but PCM and float WAV.
 *
 * A file whose header promises more samples than it has is refused, not shortened. (Ogg and MP3 without a "Xing" header
 * promise nothing.)
 *
 * @throws {AudioDecodeError} when the bytes are no sound, broken, or in a codec that is not supported
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
  { name, sampleRate }: DecodeAudioOptions = {},
): Promise<Waveform> {
  if (!(bytes instanceof Uint8Array || bytes instanceof ArrayBuffer))
    throw new AudioInputError(
      `Expected the bytes of a sound as Uint8Array or ArrayBuffer, got ${typeof bytes}; readAudio takes paths and URLs.`,
    );
  if (sampleRate !== undefined) checkSampleRate(sampleRate);
  const source = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const fail = (reason: string, cause?: unknown) =>
    new AudioDecodeError(`Cannot decode ${name ?? 'the sound'}: ${reason}.`, name, { cause });

  const waveform = isWave(source) ? await decodeWav(source, fail) : await decodeOther(source, fail);
  checkSamples(waveform, fail);
  return sampleRate === undefined ? waveform : resample(waveform, sampleRate);
}

type Fail = (reason: string, cause?: unknown) => AudioDecodeError;

async function decodeWav(bytes: Uint8Array, fail: Fail): Promise<Waveform> {
  const file = parseWav(bytes, fail);
  const samples = readPcm(file);
  return samples ? { samples, sampleRate: file.sampleRate } : decodeWithLibrary(stripWav(file), fail);
}

async function decodeOther(bytes: Uint8Array, fail: Fail): Promise<Waveform> {
  const waveform = await decodeWithLibrary(bytes, fail);
  const promised = promisedFrames(bytes);
  if (waveform.samples.length < promised)
    throw fail(
      `it has ${waveform.samples.length} of the ${promised} samples its header promises: it is cut short or damaged`,
    );
  return waveform;
}

/** audio-decode gives neither samples nor an error for many broken files: what it gives is checked. */
async function decodeWithLibrary(bytes: Uint8Array, fail: Fail): Promise<Waveform> {
  const { default: decode } = await import('audio-decode');
  const found = `it begins with ${describeStart(bytes)}. Supported are ${SUPPORTED_FORMATS}`;
  const { channelData, sampleRate } = await decode(bytes).catch((error: unknown) => {
    throw fail(`${error instanceof Error ? error.message : String(error)}; ${found}`, error);
  });
  if (!channelData[0]?.length)
    throw fail(`it gives no samples, so it is cut short, damaged or of an unknown kind; ${found}`);
  return { samples: averageChannels(channelData), sampleRate };
}

function averageChannels(channels: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(channels[0]!.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i]!;
    mean[i] = sum / channels.length;
  }
  return mean;
}

function checkSamples({ samples, sampleRate }: Waveform, fail: Fail): void {
  if (samples.length === 0) throw fail('it has no samples');
  if (!Number.isSafeInteger(sampleRate) || sampleRate < 1) throw fail(`its sampling rate is ${sampleRate} Hz`);
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0) throw fail(`its samples are not all finite numbers: sample ${bad} is ${samples[bad]}`);
}
