import type { Platform } from './platform.js';

/** A page has no files, no terminal and no environment variables. */
export const platform: Platform = {
  name: 'browser',
  environment: {},
  files: undefined,
  openProgressBar: async () => undefined,
};
