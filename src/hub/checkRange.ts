/** @throws {RangeError} unless 0 <= start <= end <= size, all whole numbers. */
export function checkRange(name: string, size: number, start: number, end: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end || end > size)
    throw new RangeError(`${name} has ${size} bytes; bytes [${start}, ${end}) are not among them.`);
}
