import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // tfjs-core's engine is global to a process; a process a file keeps backends apart.
    pool: 'forks',
    // Two more than the usual two cores: several files mostly wait, for processes, browsers or connections that stall.
    maxWorkers: 4,
  },
});
