/** The thread that modelThread.ts starts: it holds the model, and answers with labels. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from './soundModel.js';

const model = await loadModel(workerData);

parentPort!.on('message', async ({ id, sound }: { id: number; sound: Uint8Array }) => {
  try {
    parentPort!.postMessage({ id, answer: await model.classify(sound) });
  } catch (error) {
    parentPort!.postMessage({ id, error });
  }
});
parentPort!.postMessage('ready');
