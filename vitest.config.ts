import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begun first, or one of them computes on one core when all others are done. */
const LONG = ['train/killed', 'audio/fuzz', 'parity/esc10', 'hub/faults', 'hub/fuzz', 'ast/classifyLong', 'examples/'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/equalBytes.ts'],
    // For what hangs. On a busy machine of two cores a test may take minutes longer than on a quiet one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    // tfjs-core's engine is global to a process; a process a file keeps backends apart.
    pool: 'forks',
    // Two more than the usual two cores: several files mostly wait, for processes, browsers or connections that stall.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
  },
});
