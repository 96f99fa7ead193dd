import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Answer, ModelSettings, SoundModel } from './soundModel.js';

interface Reply {
  readonly id: number;
  readonly answer?: Answer;
  readonly error?: Error;
}

/** Loads the model into a thread of its own; this thread only sends sounds and receives labels. */
export async function startModelThread(settings: ModelSettings): Promise<SoundModel> {
  const thread = openThread(new URL('./modelWorker.ts', import.meta.url), settings);
  await once(thread, 'message'); // 'ready'; an error while the model loads is thrown here

  const waiting = new Map<number, PromiseWithResolvers>();
  let asked = 0;
  thread.on('message', ({ id, answer, error }: Reply) => {
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (answer) resolve(answer);
    else reject(error!);
  });
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('error', end);
  thread.on('exit', () => end(new Error('The thread of the model has ended.')));
  return {
    classify: (sound) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting.set(asked, { resolve, reject });
        thread.postMessage({ id: asked++, sound });
      }),
    async close() {
      await thread.terminate();
    },
  };
}

interface PromiseWithResolvers {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** In a program of JavaScript this is `new Worker(module, { workerData })`; here tsx compiles the TypeScript on the way. */
function openThread(module: URL, workerData: ModelSettings): Worker {
  const source = JSON.stringify(module.href);
  const load = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}))`;
  return new Worker(load, { eval: true, workerData });
}
