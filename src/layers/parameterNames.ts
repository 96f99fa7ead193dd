import { TrainingError } from '../errors.js';

/** A name that tfjs-layers made up: `conv2d_Conv2D7` is the seventh convolution of the process. */
const madeUp = /^(\w+)_([A-Z]\w*?)\d+$/;

/**
 * Names of weights that do not depend on which models a process made before: a layer without a name of its own is
 * numbered within its model, as `conv2d_1/kernel`.
 *
 * @param names names of tfjs-layers, in the order of the model
 * @throws {TrainingError} when two weights have the same name then
 */
export function stableNames(names: readonly string[]): string[] {
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  const stableName = (part: string): string => {
    const [, kind, className] = madeUp.exec(part) ?? [];
    if (!kind || !className || kind.replaceAll('_', '') !== className.toLowerCase()) return part;
    const number = numbers.get(part) ?? (counts.get(kind) ?? 0) + 1;
    if (!numbers.has(part)) counts.set(kind, number);
    numbers.set(part, number);
    return `${kind}_${number}`;
  };
  const stable = names.map((name) => name.split('/').map(stableName).join('/'));
  const twice = stable.find((name, i) => stable.indexOf(name) !== i);
  if (twice)
    throw new TrainingError(`Two weights of the model are called ${twice}; give its layers names of their own.`);
  return stable;
}
