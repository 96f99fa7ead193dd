/** The names {@link useBackend} knows. */
export type BackendName = 'onnxruntime' | 'webgpu' | 'tensorflow' | 'wasm' | 'webgl' | 'cpu';

/** A backend that the caller brings: `load` registers it with TensorFlow.js under `name`. */
export interface CustomBackend {
  /** The name it registers under, e.g. `'tensorflow'`. */
  name: string;
  /** Imports or builds it, e.g. `() => import('@tensorflow/tfjs-node-gpu')`. */
  load(): Promise<unknown>;
}

/** How to load a backend, and what to install when that fails. */
export interface BackendLoader {
  load(): Promise<unknown>;
  install: string;
}

/** What a platform offers: the loaders it has, and the order in which `'auto'` tries them. */
export interface BackendTable {
  loaders: Partial<Record<BackendName, BackendLoader>>;
  auto: readonly BackendName[];
}
