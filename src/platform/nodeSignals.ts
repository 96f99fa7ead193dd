import type { Signals } from './platform.js';

const names = ['SIGINT', 'SIGTERM'] as const;

export const signals: Signals = {
  once(listener) {
    const stop = (): void => {
      for (const name of names) process.off(name, hear);
    };
    const hear = (signal: string): void => {
      stop(); // with the listener gone, the next signal ends the process
      listener(signal);
    };
    for (const name of names) process.on(name, hear);
    return stop;
  },
  obey(signal) {
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  },
};
