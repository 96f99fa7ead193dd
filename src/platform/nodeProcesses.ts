import { hostname } from 'node:os';
import type { Processes } from './platform.js';

export const processes: Processes = {
  host: hostname(),
  id: process.pid,
  isRunning(id) {
    try {
      process.kill(id, 0); // sends nothing
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there, and another user's
    }
  },
};
