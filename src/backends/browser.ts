import type { BackendTable } from './backend.js';
import { loadCpu } from './cpu.js';
import { loadWasm } from './wasm.js';
import { loadWebgpu } from './webgpu.js';

/** Backends in a page. Each package is an optional peer, imported only when asked for. */
export const backends: BackendTable = {
  loaders: {
    webgpu: {
      load: (options) => loadWebgpu(async () => navigator.gpu, options),
      install: 'npm i @tensorflow/tfjs-backend-webgpu',
    },
    webgl: { load: () => import('@tensorflow/tfjs-backend-webgl'), install: 'npm i @tensorflow/tfjs-backend-webgl' },
    wasm: { load: loadWasm, install: 'npm i @tensorflow/tfjs-backend-wasm' },
    cpu: { load: loadCpu, install: 'npm i @tensorflow/tfjs-backend-cpu' },
  },
  gpus: [],
  auto: ['webgpu', 'webgl', 'wasm', 'cpu'],
};
