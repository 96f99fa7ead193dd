import type { Platform } from './platform.js';

/** A page has no files, no threads of this library's, no signals, no terminal and no environment variables. */
export const platform: Platform = {
  name: 'browser',
  environment: {},
  files: undefined,
  threads: undefined,
  signals: undefined,
  nextTurn: () => new Promise((resolve) => setTimeout(resolve)),
  openProgressBar: async () => undefined,
};
