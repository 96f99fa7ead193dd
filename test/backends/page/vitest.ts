/** As much of vitest as the tests that run in a page need. */
export interface PageTest {
  readonly name: string;
  run(): unknown;
}

export const tests: PageTest[] = [];

export const it = Object.assign((name: string, run: () => unknown) => void tests.push({ name, run }), {
  each: (rows: unknown[][]) => (name: string, body: (...row: unknown[]) => unknown) => {
    for (const row of rows) tests.push({ name: name.replace('%s', String(row[0])), run: () => body(...row) });
  },
});

/** Others than those of `describeOnEveryBackend` are not for a page. */
export const describe = Object.assign((): void => {}, { skip: (): void => {} });

export const beforeAll = (): void => {};

/** One suite for the backend of the page, which is started by whoever runs the tests. */
export const describeOnEveryBackend = (_: string, body: (backend: string) => void): void => body('webgpu');

export { tensorsLeft } from '../../support/tensorsLeft.js';

export function expect(actual: unknown) {
  const check = (holds: boolean, expected: unknown): void => {
    if (!holds) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  };
  return {
    toBe: (expected: unknown) => check(Object.is(actual, expected), expected),
    toEqual: (expected: unknown) => check(JSON.stringify(actual) === JSON.stringify(expected), expected),
    toBeLessThan: (limit: number) => check((actual as number) < limit, `less than ${limit}`),
    toBeCloseTo: (expected: number, digits: number) =>
      check(Math.abs((actual as number) - expected) < 10 ** -digits / 2, expected),
  };
}
