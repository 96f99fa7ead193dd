import type { Platform } from './platform.js';

/** By a message, not a timer: pages in the background are given a timer a second at most. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** A page has no files, no threads of this library's, no signals, no terminal and no environment variables. */
export const platform: Platform = {
  name: 'browser',
  environment: {},
  files: undefined,
  threads: undefined,
  signals: undefined,
  nextTurn,
  openProgressBar: async () => undefined,
};
