import type { ByteSource } from '../platform/platform.js';
import type { RetryOptions } from './retries.js';

/** A directory of files, wherever it is: on this machine, on the Hugging Face Hub, or on a web server. */
export interface Repository {
  /** What error messages call it: a path, a Hub id or a URL. */
  readonly name: string;
  /**
   * The paths of all files, relative to the repository, with `/`, sorted. Names that begin with a dot are left out of
   * local directories.
   * @throws {HubError} for a directory on a web server, which cannot be listed.
   */
  list(): Promise<string[]>;
  /** Whether there is a file of this path. */
  has(path: string): Promise<boolean>;
  /** Opens a file; the caller closes it. */
  open(path: string): Promise<ByteSource>;
  /**
   * Reads a whole file and parses it as JSON.
   * @throws {CheckpointError | DatasetError} when it is not JSON.
   */
  readJson(path: string): Promise<unknown>;
}

/** What one kind of place provides; `openRepository` adds what is common to all. */
export type RepositoryFiles = Omit<Repository, 'readJson'>;

/** How {@link openRepository} finds and fetches files. The words are those of Hugging Face's libraries. */
export interface RepositoryOptions {
  /**
   * Kind of Hub repository, and how its files are read. `'model'` (default): whole files, kept in the cache that Hugging
   * Face's libraries share. `'dataset'`: only the byte ranges that are read, each kept on disk, unless that cache has the
   * file. A page keeps files of models in the browser's Cache Storage, and nothing of data sets.
   */
  readonly type?: 'model' | 'dataset';
  /** Branch, tag or commit on the Hub; default `'main'`. */
  readonly revision?: string;
  /**
   * Access token of the Hub (`hf_…`) for private and gated repositories; default the environment variable `HF_TOKEN`, else what
   * `hf auth login` wrote to `HF_TOKEN_PATH` or `HF_HOME/token`. `''` for none.
   */
  readonly token?: string;
  /**
   * Where files of the Hub are kept. Default for whole files: the Hugging Face cache (`HF_HUB_CACHE`, `HF_HOME/hub` or
   * `~/.cache/huggingface/hub`); for ranges: `AST_TS_CACHE` or `~/.cache/ast-ts`. In a page: the name of a cache in the browser's Cache
   * Storage, default `'ast-ts'`.
   */
  readonly cacheDir?: string;
  /** Address of the Hub; default the environment variable `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly hubUrl?: string;
  /** Stands in for the global `fetch`, e.g. to go through a proxy. */
  readonly fetch?: typeof fetch;
  /** Called while bytes of a file arrive: bytes there are so far, and the file's size. Not called for bytes from a cache. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Told of what is tried again, waited for, or read from the cache as the Hub is away. Default `console.warn`. */
  readonly onWarning?: (message: string) => void;
  /** How requests that fail for now are tried again: dropped and stalled connections, and the statuses 408, 429 and 5xx. */
  readonly retry?: RetryOptions;
}

/** How far the download of one file is. */
export interface DownloadProgress {
  /** Path of the file in its repository. */
  readonly file: string;
  /** Bytes received so far; of a download that goes on, those that were there before too. */
  readonly loaded: number;
  /** Size of the file in bytes. */
  readonly total: number;
}
