import type { AnswerRequest, Threads, WorkerThread } from './platform.js';
import { messageOf, type ThreadReply, type ThreadRequest, threadRequests } from './threadRequests.js';

function startFeatureWorker(openWorker: () => Worker): WorkerThread {
  const worker = openWorker();
  const requests = threadRequests((request) => worker.postMessage(request));
  worker.onmessage = ({ data }: MessageEvent<ThreadReply>) => requests.settle(data);
  worker.onerror = (event) => {
    event.preventDefault(); // it is told to who asked
    const reason = event.message || 'its module did not load: check that the server has it, and worker-src of the page';
    requests.end(new Error(`The worker of ast-ts failed: ${reason}.`));
  };
  return {
    ask: requests.ask,
    async close() {
      worker.terminate();
      requests.end(new Error('The worker thread was closed before it answered.'));
    },
  };
}

/** In a worker; in a page, whose messages are not requests, it does nothing. */
function serve(answerRequest: AnswerRequest): void {
  if (typeof document !== 'undefined') return;
  const { postMessage } = globalThis as unknown as { postMessage: Worker['postMessage'] };
  globalThis.addEventListener('message', async ({ data }: MessageEvent<ThreadRequest>) => {
    const { id, request } = data;
    try {
      const { answer, transfer } = await answerRequest(request);
      postMessage({ id, answer } satisfies ThreadReply, transfer);
    } catch (error) {
      postMessage({ id, error: messageOf(error) } satisfies ThreadReply);
    }
  });
}

export const threads: Threads = { startFeatureWorker, serve };
