/**
 * What differs between Node and the browser, behind one small interface. `#platform` resolves to `node.ts` under the
 * `node` condition of package.json's `imports`, and to `browser.ts` elsewhere, so no `node:` import reaches a page.
 */

/** Bytes that can be read by ranges: a local file, a file on the Hub, or bytes in memory. */
export interface ByteSource {
  /** What errors call it: a path or URL. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Reads bytes [start, end) into a new buffer; a short read is an error, never a short array. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what reading needs. */
  close(): Promise<void>;
}

/** The file system, where there is one. */
export interface FileSystem {
  open(path: string): Promise<ByteSource>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes to a temporary name beside `path`, then renames: readers see the old file or the whole new one. Makes parent directories. */
  writeFile(path: string, chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>): Promise<void>;
  /** Makes `path` lead to the file `target`: a relative symbolic link, or a copy where the system refuses links. Replaces what was there. */
  link(target: string, path: string): Promise<void>;
  stat(path: string): Promise<{ kind: 'file' | 'directory'; size: number } | undefined>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<string[]>;
  join(...parts: string[]): string;
  homeDirectory(): string;
  /** Where this library caches what is not the Hub's own cache, e.g. `~/.cache/ast-ts`. */
  cacheDirectory(): string;
}

/** One line on the terminal that is redrawn in place. */
export interface ProgressBar {
  update(done: number, total: number, text: string): void;
  stop(): void;
}

export interface Platform {
  readonly name: 'node' | 'browser';
  /** Environment variables; none in browsers. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `undefined` in browsers. */
  readonly files: FileSystem | undefined;
  /** A progress bar on the terminal; `undefined` when standard error is not a terminal. */
  openProgressBar(): Promise<ProgressBar | undefined>;
}
