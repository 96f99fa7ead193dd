import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { isMissingPackage } from './missingPackage.js';

/** TensorFlow's C library: the build for CUDA where it is installed, else that for the CPU. */
export async function loadTensorflow(): Promise<void> {
  try {
    await import('@tensorflow/tfjs-node-gpu');
  } catch (error) {
    // One that is installed and does not work is not passed over: who installed it wants its GPU.
    if (!isMissingPackage(error)) throw error;
    await import('@tensorflow/tfjs-node');
  }
}

/** The build for CUDA, and only where it found a GPU: without one it is not the fastest on a CPU. */
export async function loadTensorflowGpu(): Promise<void> {
  await import('@tensorflow/tfjs-node-gpu');
  await tf.setBackend('tensorflow');
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (!isUsingGpuDevice)
    throw new BackendError('@tensorflow/tfjs-node-gpu found no GPU that it can use; it needs CUDA 11.2 and cuDNN 8.1.');
}
