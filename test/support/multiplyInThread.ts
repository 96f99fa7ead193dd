/** Multiplies with onnxruntime in a worker thread; the main thread only imports the library. */
import { isMainThread, Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/index.js';

if (isMainThread) {
  const source = JSON.stringify(import.meta.url);
  new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}))`, { eval: true });
} else {
  await useBackend('onnxruntime');
  console.log(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync()[0]);
}
