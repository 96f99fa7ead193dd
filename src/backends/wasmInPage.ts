import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { BackendOptions, WasmFile, WasmOptions } from './backend.js';
import { loadWasm } from './wasm.js';

const THREADS = 'WASM_HAS_MULTITHREAD_SUPPORT';

let isLoaded = false;

/**
 * Loads the wasm backend in a page, where its files have to be told to it, and says what is wrong with them before it starts:
 * it would only print.
 */
export async function loadWasmInPage({ wasmPaths, threads }: BackendOptions): Promise<void> {
  const { getThreadsCount, setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (isLoaded) return; // it takes its settings once
  const canThread = (await tf.env().getAsync(THREADS)) && threads !== 1;
  if (threads !== undefined && threads > 1 && !canThread)
    console.warn(
      `ast-ts: backend 'wasm' runs on one thread, not on ${threads}: the page is not isolated. Serve it with the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    );
  tf.env().set(THREADS, canThread);
  setWasmPaths(await findFiles(wasmPaths, `tfjs-backend-wasm-${canThread ? 'threaded-' : ''}simd.wasm`));
  if (threads !== undefined) setThreadsCount(threads);
  if (canThread && (await startThreads()) && threads !== undefined && getThreadsCount() < threads)
    console.warn(
      `ast-ts: backend 'wasm' runs on ${getThreadsCount()} threads, not on ${threads}: it takes half of the cores at most, and 8; ` +
        `navigator.hardwareConcurrency is ${navigator.hardwareConcurrency}.`,
    );
  await loadWasm();
  isLoaded = true;
}

/**
 * The threads run the text of a function of the backend, which some minifiers break; it would then wait for them for ever. Their
 * error comes to the page as an event that holds an event.
 *
 * @returns whether they run; if not, the backend is as it was before it started, and will start without
 */
async function startThreads(): Promise<boolean> {
  let listen: (event: ErrorEvent) => void = () => {};
  const failed = new Promise<string>((resolve) => {
    listen = (event) => {
      if (!(event.error instanceof ErrorEvent)) return;
      event.preventDefault();
      resolve(event.error.message);
    };
    addEventListener('error', listen);
  });
  const failure = await Promise.race([tf.setBackend('wasm').then(() => undefined), failed]);
  if (failure === undefined) {
    removeEventListener('error', listen);
    return true;
  } // else it goes on listening: every thread fails
  console.warn(
    `ast-ts: backend 'wasm' runs on one thread, as its threads do not start (${failure}): the minifier of the bundler broke ` +
      "their script. With Vite, set build.minify to 'esbuild'.",
  );
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 3);
  tf.env().set(THREADS, false);
  return false;
}

/** The first place that has the file. */
async function findFiles(paths: WasmOptions['wasmPaths'], name: WasmFile): Promise<Record<WasmFile, string>> {
  const candidates = candidatesOf(paths);
  let problem = '';
  for (const files of candidates) {
    const found = await problemOf(files[name]);
    if (found === undefined) return files;
    problem ||= found;
  }
  throw new BackendError(
    `The file ${name} of the wasm backend is not there: ${problem}. Copy the .wasm files of ` +
      'node_modules/@tensorflow/tfjs-backend-wasm/dist to where the server has them, and pass ' +
      "useBackend('wasm', { wasmPaths: 'https://…/' }).",
  );
}

function candidatesOf(paths: WasmOptions['wasmPaths']): Record<WasmFile, string>[] {
  if (paths !== undefined && typeof paths !== 'string' && !(paths instanceof URL)) return [paths];
  const directory = paths ?? mappedDirectory();
  if (directory === undefined) return bundledFiles();
  const base = new URL(String(directory).replace(/\/?$/, '/'), location.href);
  return [filesAt((name) => new URL(name, base).href)];
}

const filesAt = (addressOf: (name: WasmFile) => string): Record<WasmFile, string> => ({
  'tfjs-backend-wasm.wasm': addressOf('tfjs-backend-wasm.wasm'),
  'tfjs-backend-wasm-simd.wasm': addressOf('tfjs-backend-wasm-simd.wasm'),
  'tfjs-backend-wasm-threaded-simd.wasm': addressOf('tfjs-backend-wasm-threaded-simd.wasm'),
});

/** Where the page's import map has the backend: the package has its files beside its module. */
function mappedDirectory(): URL | undefined {
  try {
    return new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  } catch {
    return undefined; // no import map names it, or the browser does not tell (it is asked since 2023)
  }
}

/**
 * A bundler that sees these lines puts the files beside its own and writes their addresses here: the first find the package as an
 * import does, the second, for Vite's development server, beside this one. Browsers without SIMD run no features either.
 */
function bundledFiles(): Record<WasmFile, string>[] {
  const imported = filesOf(
    new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url),
    new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url),
  );
  const beside = filesOf(
    new URL('../../../@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url),
    new URL('../../../@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url),
  );
  return [imported, beside];
}

const filesOf = (simd: URL, threaded: URL): Record<WasmFile, string> =>
  filesAt((name) => (name.includes('threaded') ? threaded : simd).href);

/** What is wrong with a file, where that can be asked. */
async function problemOf(url: string): Promise<string | undefined> {
  if (!/^https?:/.test(url)) return undefined;
  const answer = await fetch(url, { method: 'HEAD' }).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return `${url} cannot be fetched (${answer})`;
  if (!answer.ok) return `the server answers ${answer.status} for ${url}`;
  const isPage = (answer.headers.get('Content-Type') ?? '').startsWith('text/html');
  return isPage ? `the server answers with a page for ${url}` : undefined;
}
