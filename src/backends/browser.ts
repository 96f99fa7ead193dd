import type { BackendTable } from './backend.js';
import { loadCpu } from './cpu.js';
import { loadWasmInPage } from './wasmInPage.js';

/** Backends in a page. Each package is an optional peer, imported only when asked for. */
export const backends: BackendTable = {
  loaders: {
    webgpu: { load: () => import('@tensorflow/tfjs-backend-webgpu'), install: 'npm i @tensorflow/tfjs-backend-webgpu' },
    webgl: { load: () => import('@tensorflow/tfjs-backend-webgl'), install: 'npm i @tensorflow/tfjs-backend-webgl' },
    wasm: { load: loadWasmInPage, install: 'npm i @tensorflow/tfjs-backend-wasm' },
    cpu: { load: loadCpu, install: 'npm i @tensorflow/tfjs-backend-cpu' },
  },
  gpus: [],
  auto: ['webgpu', 'webgl', 'wasm', 'cpu'],
};
