import type { BackendTable } from './backend.js';
import { loadCpu } from './cpu.js';
import { checkOptions } from './onnxruntime/options.js';
import { loadTensorflow, loadTensorflowGpu } from './tensorflow.js';
import { loadWasm } from './wasm.js';

/** Backends in Node. Each package is an optional peer, imported only when asked for. */
export const backends: BackendTable = {
  loaders: {
    tensorflow: {
      load: loadTensorflow,
      install: 'npm i @tensorflow/tfjs-node-gpu (CUDA) or npm i @tensorflow/tfjs-node',
    },
    onnxruntime: {
      check: checkOptions,
      load: async (options) => (await import('./onnxruntime/index.js')).registerOnnxruntime(options),
      install: 'npm i onnxruntime-node @tensorflow/tfjs-backend-cpu',
    },
    wasm: { load: loadWasm, install: 'npm i @tensorflow/tfjs-backend-wasm' },
    cpu: { load: loadCpu, install: 'npm i @tensorflow/tfjs-backend-cpu' },
  },
  gpus: [{ name: 'tensorflow', load: loadTensorflowGpu, install: 'npm i @tensorflow/tfjs-node-gpu (CUDA)' }],
  auto: ['onnxruntime', 'wasm', 'cpu'],
};
