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
  /** Differs when the content does, where that is known without reading it: of a local file size and time of change, on the Hub a hash. */
  readonly version?: string;
  /** Reads bytes [start, end) into a new buffer; a short read is an error, never a short array. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what reading needs. */
  close(): Promise<void>;
}

/** A file that is being written. */
export interface FileWriter {
  /** Length in bytes when it was opened. */
  readonly size: number;
  /** Writes all of `bytes` from byte `position` on. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Makes the file `size` bytes long. */
  truncate(size: number): Promise<void>;
  /** Returns when all that was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A hash of bytes that come in pieces. */
export interface RunningHash {
  update(bytes: Uint8Array | string): void;
  /** The hash in hexadecimal; nothing may be added then. */
  digest(): string;
}

/** The file system, where there is one. */
export interface FileSystem {
  open(path: string): Promise<ByteSource>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes to a temporary name beside `path`, then renames: readers see the old file or the whole new one. Makes parent directories. */
  writeFile(path: string, chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>): Promise<void>;
  /** Opens a file to write at any place of it; keeps what is in it. Makes the file and its directories where there are none. */
  openForWriting(path: string): Promise<FileWriter>;
  /** Makes an empty file, and its directories; `false` where there is one already. */
  createFile(path: string): Promise<boolean>;
  /** Notes that a file changed now; `false` where there is none. */
  touch(path: string): Promise<boolean>;
  /** Gives a file another name, in place of what had it. */
  rename(from: string, to: string): Promise<void>;
  /** Adds to the end of a file in one write, so that the process ends before it or after it; makes the file where there is none. */
  appendFile(path: string, chunk: Uint8Array | string): Promise<void>;
  /** Makes `path` lead to the file `target`: a relative symbolic link, or a copy where the system refuses links. Replaces what was there. */
  link(target: string, path: string): Promise<void>;
  /**
   * Renames a directory whose files are written; when this is done, it is on the disk under its new name, whatever happens to
   * the machine. `to` must not be there.
   */
  renameDirectory(from: string, to: string): Promise<void>;
  /** Deletes a file, or a directory with all that is in it; does nothing where there is none. */
  remove(path: string): Promise<void>;
  /** SHA-256 of a file's bytes, in hexadecimal; reads it in pieces. */
  sha256(path: string): Promise<string>;
  /** A hash to be given bytes piece by piece. */
  createHash(algorithm: 'sha1' | 'sha256'): RunningHash;
  stat(path: string): Promise<{ kind: 'file' | 'directory'; size: number; modified: Date } | undefined>;
  /** Bytes that may still be written to the disk of a directory; `undefined` where that is not known. */
  freeBytes(directory: string): Promise<number | undefined>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<string[]>;
  join(...parts: string[]): string;
  /** The `file:` address of a path. */
  url(path: string): URL;
  /** Path of a file that an installed package exports, e.g. `'some-package/data.bin'`. */
  resolvePackageFile(name: string): string;
  homeDirectory(): string;
  /** Where this library caches what is not the Hub's own cache, e.g. `~/.cache/ast-ts`. */
  cacheDirectory(): string;
}

/** One line on the terminal that is redrawn in place. */
export interface ProgressBar {
  update(done: number, total: number, text: string): void;
  /** Clears the line, for others to print on; the next update shows the bar again. */
  stop(): void;
}

/** A thread that answers requests of the thread that started it. Idle, it does not keep the process alive. */
export interface WorkerThread {
  /**
   * Sends a request (a copy) and waits for its answer. Requests may be sent before earlier ones are answered.
   * Rejects with the error's message when the thread throws, and when it ends.
   */
  ask(request: unknown): Promise<unknown>;
  /** Ends the thread; requests without an answer are rejected. */
  close(): Promise<void>;
}

/** What a thread makes of a request; `transfer`: buffers within `answer` that are moved, not copied. */
export type AnswerRequest = (request: unknown) => Promise<{ answer: unknown; transfer: ArrayBuffer[] }>;

/** Threads beside the one that computes. */
export interface Threads {
  /**
   * Starts a thread that runs src/datasets/featureWorker.ts.
   * @param openWorker does so in a browser: bundlers want the module's address written out where the worker is made
   */
  startFeatureWorker(openWorker: () => Worker): WorkerThread;
  /** In such a thread: says how requests are answered. */
  serve(answerRequest: AnswerRequest): void;
}

/** Requests of the system, or of who sits at the terminal, that the process end. */
export interface Signals {
  /**
   * Calls `listener` once, at the first SIGINT or SIGTERM, and says whether others listen to it, who then decide what becomes of
   * the process. A further signal does what it would have done. Returns what stops listening.
   */
  once(listener: (signal: string, others: boolean) => void): () => void;
  /** Sends this process a signal. */
  raise(signal: string): void;
}

/** The processes of this machine. */
export interface Processes {
  /** The machine's name. */
  readonly host: string;
  /** Number of this process. */
  readonly id: number;
  isRunning(id: number): boolean;
}

/** Sound that the platform decoded: samples of each channel, and their rate in Hz. */
export interface PlatformSound {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

export interface Platform {
  readonly name: 'node' | 'browser';
  /** What runs this: the version of Node, or what the browser calls itself. */
  readonly version: string;
  /** Whether standard output is a terminal that shows colours, and the user has not turned them off (NO_COLOR). */
  readonly hasColors: boolean;
  /** Environment variables; none in browsers. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `undefined` in browsers. */
  readonly files: FileSystem | undefined;
  /** `undefined` in browsers without workers. */
  readonly threads: Threads | undefined;
  /** `undefined` in browsers. */
  readonly signals: Signals | undefined;
  /** `undefined` in browsers. */
  readonly processes: Processes | undefined;
  /** Lets the event loop turn once: a computation on the CPU keeps signals, timers and what is to be drawn waiting else. */
  nextTurn(): Promise<void>;
  /** A progress bar on the terminal; `undefined` when standard error is not a terminal. */
  openProgressBar(): Promise<ProgressBar | undefined>;
  /** Decodes a file of a kind that the platform knows, e.g. M4A in a browser; `undefined` in Node, and in a worker of a page. */
  readonly decodeSound: ((bytes: ArrayBuffer) => Promise<PlatformSound>) | undefined;
}
