import type { BackendLoader, BackendTable } from './backend.js';
import { loadCpu } from './cpu.js';
import { openPageGpu } from './pageGpu.js';
import { loadWasmInPage } from './wasmInPage.js';
import { checkPageOptions } from './webgpuOptions.js';

const webgpu = (acceptSoftware: boolean): BackendLoader => ({
  check: checkPageOptions,
  load: async (options) => (await import('./webgpu.js')).loadWebgpu(openPageGpu, options, { acceptSoftware }),
  install: 'npm i @tensorflow/tfjs-backend-webgpu',
});

/** Backends in a page. Each package is an optional peer, imported only when asked for. */
export const backends: BackendTable = {
  loaders: {
    webgpu: webgpu(true),
    webgl: { load: () => import('@tensorflow/tfjs-backend-webgl'), install: 'npm i @tensorflow/tfjs-backend-webgl' },
    wasm: { load: loadWasmInPage, install: 'npm i @tensorflow/tfjs-backend-wasm' },
    cpu: { load: loadCpu, install: 'npm i @tensorflow/tfjs-backend-cpu' },
  },
  gpus: [{ name: 'webgpu', ...webgpu(false) }],
  auto: ['webgl', 'wasm', 'cpu'],
};
