import { decodeAudio, type Waveform } from '../audio/index.js';
import { DatasetError, HubError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import type { AudioDataset } from './dataset.js';

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

/** What a data set of one file a recording reads from them: the part of {@link AudioDataset} that all such share. */
export function filesOf(
  repository: Repository,
  {
    name,
    sampleRate,
    clips,
    clipAt,
    labelOf,
  }: {
    name: string;
    sampleRate: number;
    clips: readonly { file: string }[];
    clipAt: (index: number) => { file: string };
    labelOf: (index: number) => number;
  },
): Pick<AudioDataset, 'idOf' | 'get' | 'bytesOf' | 'fingerprint'> {
  const paths = clips.map(({ file }) => file);
  return {
    idOf: (index) => clipAt(index).file,
    async get(index) {
      const { file } = clipAt(index);
      const waveform = await decodeRecording(name, file, sampleRate, () => readFile(repository, file));
      return { id: file, label: labelOf(index), waveform };
    },
    async bytesOf(index) {
      const { file } = clipAt(index);
      return readRecording(name, file, () => readFile(repository, file));
    },
    fingerprint: () => versionsOf(repository, paths),
  };
}
