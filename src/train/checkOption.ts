/** Throws a RangeError that names an option and what it is to be, unless it is a finite number that `holds`. */
export function checkOption(name: string, value: number, holds: boolean, expected: string): void {
  if (!Number.isFinite(value) || !holds) throw new RangeError(`Expected ${name} to be ${expected}, got ${value}.`);
}
