export type { BackendName, CustomBackend } from './backend.js';
export { type UseBackendOptions, useBackend } from './useBackend.js';
