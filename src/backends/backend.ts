/** The names {@link useBackend} knows. */
export type BackendName = 'onnxruntime' | 'webgpu' | 'tensorflow' | 'wasm' | 'webgl' | 'cpu';

/** A backend that the caller brings: `load` registers it with TensorFlow.js under `name`. */
export interface CustomBackend {
  /** The name it registers under, e.g. `'tensorflow'`. */
  name: string;
  /** Imports or builds it, e.g. `() => import('@tensorflow/tfjs-node-gpu')`. */
  load(): Promise<unknown>;
}

/** Settings of the onnxruntime backend, which it takes when it is first loaded. */
export interface OnnxruntimeOptions {
  /** Threads of a kernel, 1 or more; of the wasm backend too, in a page that is isolated. Default: the physical cores. */
  threads?: number;
  /** Freed memory that is kept for later, in bytes; 0 keeps none. Default: a quarter of the machine's memory. */
  poolBytes?: number;
  /** Elements below which small tensors are computed in JavaScript, as a call costs 10 µs. Default: 1024. */
  smallTensor?: number;
}

/** Settings of the webgpu backend, which it takes when it is first loaded. */
export interface WebgpuOptions {
  /** Which GPU to prefer where there are several. Default: `'high-performance'`. */
  powerPreference?: 'high-performance' | 'low-power';
  /** Node: the GPU whose name contains this, e.g. `'NVIDIA'`. Default: any. */
  adapter?: string;
  /**
   * Whether attention keeps its tiles of queries, keys and values as numbers of 16 bits in the forward pass: less of a GPU's fast
   * memory, and three digits. Products, sums and gradients are of 32 bits. Needs an adapter with `shader-f16`. Default: false.
   */
  float16?: boolean;
}

/** The files of the wasm backend: without SIMD, with it, and with threads too. */
export type WasmFile =
  | 'tfjs-backend-wasm.wasm'
  | 'tfjs-backend-wasm-simd.wasm'
  | 'tfjs-backend-wasm-threaded-simd.wasm';

/** Settings of the wasm backend in a page, which it takes when it is first loaded. */
export interface WasmOptions {
  /**
   * Where the page's server has the `.wasm` files of \@tensorflow/tfjs-backend-wasm: their directory, or the address of each.
   * Default: where the bundler put them (Vite, webpack), or beside the module that the page's import map names.
   */
  wasmPaths?: string | URL | Readonly<Record<WasmFile, string>>;
}

/** Settings of all backends. */
export interface BackendOptions extends OnnxruntimeOptions, WebgpuOptions, WasmOptions {}

/** How to load a backend, and what to install when that fails. */
export interface BackendLoader {
  /** Throws a BackendError when the caller's options are wrong, which `'auto'` does not pass over. */
  check?(options: BackendOptions): void;
  /** Why it cannot start on this machine, where that is known without loading it; `'auto'` then does not try it. */
  lacks?(): string | undefined;
  load(options: BackendOptions): Promise<unknown>;
  install: string;
}

/** What a platform offers. */
export interface BackendTable {
  loaders: Partial<Record<BackendName, BackendLoader>>;
  /** What `'auto'` tries first: backends that count only with a GPU behind them, and are not missed where they are not installed. */
  gpus: readonly (BackendLoader & { name: BackendName })[];
  /** What it tries then, in this order. */
  auto: readonly BackendName[];
}
