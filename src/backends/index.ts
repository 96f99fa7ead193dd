export type {
  BackendName,
  BackendOptions,
  CustomBackend,
  OnnxruntimeOptions,
  WasmFile,
  WasmOptions,
  WebgpuOptions,
} from './backend.js';
export { type UseBackendOptions, useBackend } from './useBackend.js';
