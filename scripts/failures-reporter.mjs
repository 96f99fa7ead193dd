/**
 * For .ci/run: writes to node_modules/.cache/test-results.txt how many tests passed and failed, then everything that failed, and why.
 * Said at the end of a long log, it is found. `vitest run --reporter=default --reporter=./scripts/failures-reporter.mjs`
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const FILE = 'node_modules/.cache/test-results.txt';
const MOST_LINES = 15;

const describeError = (error) => [error.message, error.diff, error.stack].filter(Boolean).join('\n');

function* failuresOf(module) {
  const where = module.relativeModuleId;
  yield* module.errors().map((error) => [where, error]);
  for (const suite of module.children.allSuites())
    yield* suite.errors().map((error) => [`${where} > ${suite.fullName}`, error]);
  for (const test of module.children.allTests('failed'))
    yield* test.result().errors.map((error) => [`${where} > ${test.fullName}`, error]);
}

export default class FailuresReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const failures = [
      ...modules.flatMap((module) => [...failuresOf(module)]),
      ...unhandledErrors.map((error) => ['an error that no test waited for', error]),
    ];
    const texts = failures.map(([where, error]) => {
      const why = describeError(error).split('\n').slice(0, MOST_LINES);
      return [`FAILED: ${where}`, ...why.map((line) => `  ${line}`), ''].join('\n');
    });
    mkdirSync('node_modules/.cache', { recursive: true });
    writeFileSync(FILE, [`${count('passed')} ${count('failed')}`, ...texts].join('\n'));
  }
}
