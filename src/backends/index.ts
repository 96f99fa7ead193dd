export type {
  BackendName,
  BackendOptions,
  CustomBackend,
  OnnxruntimeOptions,
  WasmFile,
  WasmOptions,
} from './backend.js';
export { type UseBackendOptions, useBackend } from './useBackend.js';
