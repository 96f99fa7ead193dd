import { decodeAudio, type Waveform } from '../audio/index.js';
import { DatasetError, HubError } from '../errors.js';
import type { Repository } from '../hub/index.js';

/** Reads a file as a whole. */
export async function readFile(repository: Repository, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const source = await repository.open(path);
  return source.read(0, source.size).finally(() => source.close());
}

/**
 * The versions of files as one text, or `undefined` when one is not known. Opens the files, and reads none on this machine
 * or on the Hub.
 */
export async function versionsOf(repository: Repository, paths: readonly string[]): Promise<string | undefined> {
  const versions: string[] = [];
  for (const path of paths) {
    const source = await repository.open(path);
    await source.close();
    if (source.version === undefined) return undefined;
    versions.push(`${path} ${source.version}`);
  }
  return versions.join('\n');
}

/**
 * Decodes a recording, mono and at `sampleRate`, from the bytes that `readBytes` gets.
 *
 * @throws DatasetError that says which recording of which data set cannot be read, and why.
 * @throws HubError when the Hub cannot be reached: that says nothing about the recording, which must not be skipped for it.
 */
export async function decodeRecording(
  dataset: string,
  id: string,
  sampleRate: number,
  readBytes: () => Promise<Uint8Array>,
): Promise<Waveform> {
  return readRecording(dataset, id, async () => decodeAudio(await readBytes(), { name: id, sampleRate }));
}

/** Does what may fail with a recording, and throws as {@link decodeRecording} does. */
export async function readRecording<T>(dataset: string, id: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HubError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError(`The recording ${id} of ${dataset} cannot be read: ${reason}`, { cause: error });
  }
}
