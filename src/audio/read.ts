import { platform } from '#platform';
import { AudioDecodeError, AudioInputError } from '../errors.js';
import { decodeAudio } from './decode.js';
import { checkSampleRate } from './resample.js';
import type { Waveform } from './waveform.js';

/** Options of {@link readAudio}. */
export interface ReadAudioOptions {
  /** Rate in Hz to resample to; default: the sound's own. AST needs 16000. */
  readonly sampleRate?: number;
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
  source: string | URL | Uint8Array | ArrayBuffer | Blob,
  { sampleRate }: ReadAudioOptions = {},
): Promise<Waveform> {
  if (sampleRate !== undefined) checkSampleRate(sampleRate);
  if (source instanceof Blob) {
    const name = source instanceof File ? source.name : undefined;
    return decodeAudio(await source.arrayBuffer(), { name, sampleRate });
  }
  if (typeof source !== 'string' && !(source instanceof URL)) return decodeAudio(source, { sampleRate });
  const name = String(source);
  const bytes = /^(https?|data|blob):/i.test(name) ? await fetchBytes(name) : await readFile(name);
  return decodeAudio(bytes, { name: shorten(name), sampleRate });
}

/** A data URL is as long as the sound. */
const shorten = (name: string): string => (name.length > 200 ? `${name.slice(0, 200)}…` : name);

async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const name = shorten(url);
  const fail = (reason: string, cause?: unknown) =>
    new AudioDecodeError(`Cannot read ${name}: ${reason}.`, name, { cause });
  try {
    const response = await fetch(url);
    if (!response.ok) throw fail(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    return await response.arrayBuffer();
  } catch (error) {
    if (error instanceof AudioDecodeError) throw error;
    const advice = platform.files
      ? 'check the address and the connection'
      : 'check the address, the connection and CORS';
    throw fail(`the request failed (${error instanceof Error ? error.message : String(error)}); ${advice}`, error);
  }
}

async function readFile(name: string): Promise<Uint8Array> {
  if (!platform.files)
    throw new AudioInputError(
      `A browser has no files, so it cannot read the path ${name}; pass a URL such as ` +
        `new URL('${name}', location.href), a File from an <input>, a Blob, or bytes.`,
    );
  const path = /^file:/i.test(name) ? pathOfFileUrl(name) : name;
  const found = await platform.files.stat(path);
  if (found?.kind === 'file') return platform.files.readFile(path);
  const reason = found ? 'it is a directory, expected a sound file' : 'there is no such file';
  throw new AudioDecodeError(`Cannot read ${name}: ${reason}.`, name);
}

/** `file:///tmp/a%20b.wav` -> `/tmp/a b.wav`; `file:///C:/a.wav` -> `C:/a.wav`. */
const pathOfFileUrl = (url: string): string =>
  decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[a-zA-Z]:)/, '');
