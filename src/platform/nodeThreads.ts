import { parentPort, Worker } from 'node:worker_threads';
import type { AnswerRequest, Threads, WorkerThread } from './platform.js';

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  /** Message of an error. */
  readonly error?: string;
}

/** The package has the thread's module beside this one; in the sources it is TypeScript, which tsx compiles on the way. */
function openWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./featureWorker.js', import.meta.url));
  const source = JSON.stringify(new URL('../datasets/featureWorker.ts', import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}))`, { eval: true });
}

function startFeatureWorker(): WorkerThread {
  const worker = openWorker();
  worker.unref();
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(new Error('The worker thread was closed before it answered.')));
  worker.on('message', ({ id, answer, error }: Reply) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    if (error === undefined) request?.resolve(answer);
    else request?.reject(new Error(error));
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting.set(asked, { resolve, reject });
        worker.ref();
        worker.postMessage({ id: asked++, request });
      }),
    async close() {
      await worker.terminate();
    },
  };
}

function serve(answerRequest: AnswerRequest): void {
  parentPort?.on('message', async ({ id, request }: { id: number; request: unknown }) => {
    try {
      const { answer, transfer } = await answerRequest(request);
      parentPort?.postMessage({ id, answer } satisfies Reply, transfer);
    } catch (error) {
      parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Reply);
    }
  });
}

export const threads: Threads = { startFeatureWorker, serve };
