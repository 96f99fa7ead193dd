import { parentPort, Worker } from 'node:worker_threads';
import type { AnswerRequest, Threads, WorkerThread } from './platform.js';
import { messageOf, type ThreadReply, type ThreadRequest, threadRequests } from './threadRequests.js';

/** The package has the thread's module beside this one; in the sources it is TypeScript, which tsx compiles on the way. */
function openWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./featureWorker.js', import.meta.url));
  const source = JSON.stringify(new URL('../datasets/featureWorker.ts', import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}))`, { eval: true });
}

function startFeatureWorker(): WorkerThread {
  const worker = openWorker();
  worker.unref();
  const requests = threadRequests((request) => {
    worker.ref();
    worker.postMessage(request);
  });
  worker.on('error', requests.end);
  worker.on('exit', () => requests.end(new Error('The worker thread was closed before it answered.')));
  worker.on('message', (reply: ThreadReply) => {
    requests.settle(reply);
    if (requests.count === 0) worker.unref();
  });
  return {
    ask: requests.ask,
    async close() {
      await worker.terminate();
    },
  };
}

function serve(answerRequest: AnswerRequest): void {
  parentPort?.on('message', async ({ id, request }: ThreadRequest) => {
    try {
      const { answer, transfer } = await answerRequest(request);
      parentPort?.postMessage({ id, answer } satisfies ThreadReply, transfer);
    } catch (error) {
      parentPort?.postMessage({ id, error: messageOf(error) } satisfies ThreadReply);
    }
  });
}

export const threads: Threads = { startFeatureWorker, serve };
