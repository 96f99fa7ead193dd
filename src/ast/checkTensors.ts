import { CheckpointError } from '../errors.js';

/**
 * Compares the tensors of a file with those that are expected.
 *
 * @param found name to shape, as the file has them
 * @param expected name to shape
 * @param problem how the message begins; the list of differences follows
 * @param ignored names that may be there or not
 * @throws {CheckpointError} that names every tensor that is missing, not known or of another shape
 */
export function checkTensors(
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  expected: ReadonlyMap<string, readonly number[]>,
  problem: string,
  ignored: readonly string[] = [],
): void {
  const wanted = [...expected.keys()].filter((name) => !ignored.includes(name));
  const missing = wanted.filter((name) => !found.has(name));
  const surplus = [...found.keys()].filter((name) => !expected.has(name));
  const misshapen = wanted.filter((name) => {
    const shape = found.get(name)?.shape;
    return shape && shape.join() !== expected.get(name)!.join();
  });
  if (missing.length + surplus.length + misshapen.length === 0) return;
  const shapes = misshapen.map((name) => `${name}: expected [${expected.get(name)}], got [${found.get(name)!.shape}]`);
  const lists = [
    ['missing', missing],
    ['not known', surplus],
    ['of another shape', shapes],
  ] as const;
  const differences = lists
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${names.length} ${what}: ${names.join('; ')}.`);
  throw new CheckpointError(`${problem} ${differences.join(' ')}`, [...missing, ...surplus, ...misshapen]);
}
