import { platform } from '#platform';
import { HubError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import { openLocalRepository } from './localRepository.js';
import { type FileToPush, openUpload, type PushedRepository, type UploadOptions } from './upload.js';

/** Writes what is to be uploaded to a directory that goes away afterwards; `repoId` is `owner/name`. */
export type WriteToPush = (directory: string, repoId: string) => Promise<void>;

/** A model that writes itself to a directory. */
export interface SavableModel {
  /** Writes all files of the model. */
  savePretrained(directory: string): Promise<void>;
}

/** What can be uploaded: a directory, a model that writes itself to one, or files, which a page has too. */
export type PushSource = string | SavableModel | WriteToPush | readonly FileToPush[];

/** Settings of {@link pushToHub}, in the words of transformers' `push_to_hub`. */
export interface PushToHubOptions extends UploadOptions {
  /** Text of the model card, README.md; in place of one in the directory. See `modelCard`. */
  readonly modelCard?: string;
}

/**
 * Uploads a model, or any directory, to the Hugging Face Hub in one commit. The repository is made where there is none. Of a
 * directory, hidden files and a Trainer's `checkpoint-*` stay here.
 *
 * @param repoId `owner/name`; a name alone goes to the account of the token
 * @throws {HubError} without a token, when the token may not write there, and when the network fails: then all files are there or none,
 * and the same call may be made again
 *
 * @example
 * ```ts
 * const { url } = await pushToHub('runs/birds/model', 'me/birds', { token: 'hf_…', private: true });
 * console.log(`uploaded to ${url}`);
 * ```
 */
export async function pushToHub(
  source: PushSource,
  repoId: string,
  options: PushToHubOptions = {},
): Promise<PushedRepository> {
  const upload = await openUpload(repoId, options);
  if (typeof source === 'string' || isList(source)) {
    const found = isList(source) ? source : await filesIn(requireFiles(source), source);
    return upload.commit(withCard(found, options.modelCard));
  }
  const files = requireFiles('a model');
  await upload.prepare(); // a token that may not write shows before the work of saving
  const directory = files.join(files.cacheDirectory(), `upload-${crypto.randomUUID()}`);
  try {
    await (typeof source === 'function' ? source(directory, upload.repoId) : source.savePretrained(directory));
    return await upload.commit(withCard(await filesIn(files, directory), options.modelCard));
  } finally {
    await files.remove(directory);
  }
}

const isList = (source: PushSource): source is readonly FileToPush[] => Array.isArray(source);

function requireFiles(what: string): FileSystem {
  if (platform.files) return platform.files;
  throw new HubError(`A page has no files to upload ${what} from: pass [{ path, content: a Blob }, …] instead.`);
}

async function filesIn(files: FileSystem, directory: string): Promise<FileToPush[]> {
  if ((await files.stat(directory))?.kind !== 'directory')
    throw new HubError(`There is no directory ${directory} to upload; save the model there first.`);
  const paths = await openLocalRepository(files, directory, 'model').list();
  const own = paths.filter((path) => !/^checkpoint-[^/]*\//.test(path));
  if (own.length === 0) throw new HubError(`${directory} has no files to upload; save the model there first.`);
  return own.map((path) => ({ path, content: files.url(files.join(directory, path)) }));
}

const withCard = (files: readonly FileToPush[], card: string | undefined): readonly FileToPush[] =>
  card === undefined
    ? files
    : [...files.filter(({ path }) => path !== 'README.md'), { path: 'README.md', content: new Blob([card]) }];
