/** Options of augmentations: defaults, and checks that name the augmentation, what it expected and what it got. */

/** What a number has to be, in words and as a test. */
export type Check = readonly [expected: string, holds: (value: number) => boolean];

export const finite: Check = ['a finite number', Number.isFinite];

/** Beyond this a sound is lost in rounding errors, or its samples overflow. */
const LARGEST_DB = 200;
export const decibelValue: Check = [
  `a number of decibels from -${LARGEST_DB} to ${LARGEST_DB}`,
  (value) => Math.abs(value) <= LARGEST_DB,
];

export const between = (low: number, high: number): Check => [
  `a number from ${low} to ${high}`,
  (value) => value >= low && value <= high,
];

export const positive: Check = ['a finite number above 0', (value) => value > 0 && Number.isFinite(value)];

export const integer: Check = ['an integer', Number.isSafeInteger];

export const integerFrom = (low: number): Check => [
  `an integer of ${low} or more`,
  (value) => Number.isSafeInteger(value) && value >= low,
];

/**
 * Options with defaults filled in; one that is `undefined` counts as not given.
 *
 * @throws {RangeError} when `augmentation` has no option of a name
 */
export function completeOptions<T extends object>(augmentation: string, defaults: T, options: Partial<T>): T {
  const unknown = Object.keys(options).find((name) => !(name in defaults));
  if (unknown !== undefined)
    throw new RangeError(
      `${augmentation} has no option '${unknown}'; expected ${Object.keys(defaults).join(', ')}: check the spelling.`,
    );
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...defaults, ...given };
}

/** @throws {RangeError} that names the first of `values` that does not hold */
export function checkValues(augmentation: string, values: Readonly<Record<string, number>>, check: Check): void {
  const [expected, holds] = check;
  for (const [name, value] of Object.entries(values))
    if (typeof value !== 'number' || !holds(value))
      throw new RangeError(`${augmentation} expects ${name} to be ${expected}, got ${String(value)}.`);
}

/**
 * Checks two limits that a number is drawn between: `limits` has the lower and the upper, in this order.
 *
 * @throws {RangeError} when one does not hold, or the lower is above the upper
 */
export function checkLimits(augmentation: string, limits: Readonly<Record<string, number>>, check: Check): void {
  checkValues(augmentation, limits, check);
  const [[lowName, low], [highName, high]] = Object.entries(limits) as [[string, number], [string, number]];
  if (low > high)
    throw new RangeError(
      `${augmentation} expects ${lowName} to be at most ${highName}, got ${low} and ${high}: swap them.`,
    );
}

/** @throws {RangeError} unless `value` is one of `choices` */
export function checkChoice(augmentation: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`${augmentation} expects ${name} to be '${choices.join("' or '")}', got '${String(value)}'.`);
}
