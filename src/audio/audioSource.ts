import { platform } from '#platform';
import { AudioDecodeError, AudioInputError } from '../errors.js';
import { type ByteSource, memorySource } from '../hub/index.js';

/** Where a sound comes from: a path (Node), a URL, a Blob such as a dropped File, or the bytes of a file. */
export type AudioSource = string | URL | Uint8Array | ArrayBuffer | Blob;

/**
 * Opens a sound's bytes. Files and Blobs are read by ranges; what a URL gives is loaded as a whole. Bytes and a Blob without
 * a name have an empty name.
 *
 * @throws {AudioDecodeError} when there is no such file, or the server does not give it
 * @throws {AudioInputError} for a path in a browser, and a source of another kind
 */
export async function openSource(source: AudioSource): Promise<ByteSource> {
  if (source instanceof Blob) return blobSource(source);
  if (source instanceof Uint8Array) return memorySource('', source);
  if (source instanceof ArrayBuffer) return memorySource('', new Uint8Array(source));
  if (typeof source !== 'string' && !(source instanceof URL))
    throw new AudioInputError(
      `Expected a sound as a path, URL, Blob, Uint8Array or ArrayBuffer, got ${source === null ? 'null' : typeof source}.`,
    );
  const name = String(source);
  return /^(https?|data|blob):/i.test(name) ? fetchSource(name) : openFile(name);
}

const blobSource = (blob: Blob): ByteSource => ({
  name: blob instanceof File ? blob.name : '',
  size: blob.size,
  read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  close: async () => {},
});

/** A data URL is as long as the sound. */
const shorten = (name: string): string => (name.length > 200 ? `${name.slice(0, 200)}…` : name);

async function fetchSource(url: string): Promise<ByteSource> {
  const name = shorten(url);
  const fail = (reason: string, cause?: unknown) =>
    new AudioDecodeError(`Cannot read ${name}: ${reason}.`, name, { cause });
  try {
    const response = await fetch(url);
    if (!response.ok) throw fail(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    return memorySource(name, new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    if (error instanceof AudioDecodeError) throw error;
    const advice = platform.files
      ? 'check the address and the connection'
      : 'check the address, the connection and CORS';
    throw fail(`the request failed (${error instanceof Error ? error.message : String(error)}); ${advice}`, error);
  }
}

async function openFile(name: string): Promise<ByteSource> {
  if (!platform.files)
    throw new AudioInputError(
      `A browser has no files, so it cannot read the path ${name}; pass a URL such as ` +
        `new URL('${name}', location.href), a File from an <input>, a Blob, or bytes.`,
    );
  const path = /^file:/i.test(name) ? pathOfFileUrl(name) : name;
  const fail = (reason: string, cause?: unknown) =>
    new AudioDecodeError(`Cannot read ${name}: ${reason}.`, name, { cause });
  const found = await platform.files.stat(path);
  if (!found) throw fail('there is no such file');
  if (found.kind === 'directory') throw fail('it is a directory, expected a sound file');
  const file = await platform.files.open(path).catch((error: Error) => {
    throw fail(`the system does not open it (${error.message})`, error);
  });
  return { ...file, name };
}

/** `file:///tmp/a%20b.wav` -> `/tmp/a b.wav`; `file:///C:/a.wav` -> `C:/a.wav`. */
const pathOfFileUrl = (url: string): string =>
  decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[a-zA-Z]:)/, '');
