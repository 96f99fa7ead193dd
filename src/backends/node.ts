import type { BackendLoader, BackendTable } from './backend.js';
import { loadCpu } from './cpu.js';
import { openDawn } from './dawn.js';
import { lacksGpu } from './gpuDevices.js';
import { checkOptions } from './onnxruntime/options.js';
import { loadTensorflow, loadTensorflowGpu } from './tensorflow.js';
import { loadWasm } from './wasm.js';
import { checkWebgpuOptions } from './webgpuOptions.js';

// onnxruntime-node reports its use to its makers, and keeps a database for that, unless told not to before it is loaded. Told
// here and not where it is loaded: that may be a worker, whose environment is a copy.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

const webgpu = (acceptSoftware: boolean): BackendLoader => ({
  check: checkWebgpuOptions,
  load: async (options) => (await import('./webgpu.js')).loadWebgpu(openDawn, options, { acceptSoftware }),
  install: 'npm i webgpu @tensorflow/tfjs-backend-webgpu',
});

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
    webgpu: webgpu(true),
    wasm: { load: loadWasm, install: 'npm i @tensorflow/tfjs-backend-wasm' },
    cpu: { load: loadCpu, install: 'npm i @tensorflow/tfjs-backend-cpu' },
  },
  gpus: [
    { name: 'tensorflow', load: loadTensorflowGpu, install: 'npm i @tensorflow/tfjs-node-gpu (CUDA)' },
    { name: 'webgpu', ...webgpu(false), lacks: lacksGpu },
  ],
  auto: ['onnxruntime', 'wasm', 'cpu'],
};
