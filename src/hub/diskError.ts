import { HubError } from '../errors.js';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const elsewhere = 'another disk by HF_HUB_CACHE or the option cacheDir';

/** The error for a disk without room: `needed` bytes are missing of the file, `free` are left. */
export function diskError(name: string, path: string, needed: number, free?: number, cause?: unknown): HubError {
  const left = free === undefined ? 'is full' : `has ${megabytes(free)} left`;
  return new HubError(
    `${name} needs ${megabytes(needed)} more, and the disk of ${path} ${left}. What was downloaded so far is kept: make room, or ` +
      `choose ${elsewhere}, and call again.`,
    undefined,
    { reason: 'disk', cause },
  );
}

/** What the file system refused, as a {@link HubError}; other errors as they are. */
export function explainDiskError(error: unknown, name: string, path: string, needed: number): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskError(name, path, needed, undefined, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new HubError(
      `${name} cannot be written to ${path} (${String(code)}): see to its permissions, or choose ${elsewhere}.`,
      undefined,
      { reason: 'disk', cause: error },
    );
  return error;
}
