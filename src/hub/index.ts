export type { ByteSource } from '../platform/platform.js';
export { memorySource } from './memorySource.js';
export { openRepository } from './repository.js';
export type { DownloadProgress, Repository, RepositoryOptions } from './repositoryTypes.js';
export type { RetryOptions } from './retries.js';
export { type HostTensor, openSafetensors, type SafetensorsFile } from './safetensors.js';
export type { Dtype, TensorInfo } from './safetensorsHeader.js';
export { encodeSafetensors, type TensorToWrite, writeSafetensors } from './writeSafetensors.js';
