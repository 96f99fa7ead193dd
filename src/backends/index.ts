export type { BackendName, CustomBackend, OnnxruntimeOptions } from './backend.js';
export { type UseBackendOptions, useBackend } from './useBackend.js';
