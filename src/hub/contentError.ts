import { CheckpointError, DatasetError } from '../errors.js';
import type { RepositoryOptions } from './repositoryTypes.js';

/** The error for what a repository holds, as opposed to how it is fetched: that of its kind. */
export function contentError(type: RepositoryOptions['type'], message: string, cause?: unknown): Error {
  const options = cause === undefined ? undefined : { cause };
  return type === 'dataset' ? new DatasetError(message, options) : new CheckpointError(message, [], options);
}

/** Up to eight names for an error message: "a, b and 12 more". */
export function nameSome(names: readonly string[]): string {
  if (names.length === 0) return 'no files';
  const rest = names.length - 8;
  return names.slice(0, 8).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
