import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // For what hangs. On a busy machine of two cores a test may take minutes longer than on a quiet one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    // tfjs-core's engine is global to a process; a process a file keeps backends apart.
    pool: 'forks',
    // Two more than the usual two cores: several files mostly wait, for processes, browsers or connections that stall.
    maxWorkers: 4,
  },
});
