import type { Signals } from './platform.js';

const names = ['SIGINT', 'SIGTERM'] as const;

export const signals: Signals = {
  once(listener) {
    // Now, as those that listen once are gone when they have heard.
    const heardElsewhere = names.filter((name) => process.listenerCount(name) > 0) as string[];
    const stop = (): void => {
      for (const name of names) process.off(name, hear);
    };
    const hear = (signal: string): void => {
      stop(); // with the listener gone, the next signal ends the process
      listener(signal, heardElsewhere.includes(signal) || process.listenerCount(signal) > 0);
    };
    for (const name of names) process.on(name, hear);
    return stop;
  },
  raise: (signal) => void process.kill(process.pid, signal),
};
