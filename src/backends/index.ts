export type { BackendName, CustomBackend, OnnxruntimeOptions, WebgpuOptions } from './backend.js';
export { type UseBackendOptions, useBackend } from './useBackend.js';
