/** The input checks that the metrics share: a caller's mistake is refused before any counting starts. */

function checkArray(values: ArrayLike<unknown>, name: string): void {
  if (typeof values !== 'object' || values === null || !Number.isInteger(values.length)) {
    throw new TypeError(`${name} must be an array or a typed array, got ${values === null ? 'null' : typeof values}`);
  }
}

/** `first` and `second` hold one value an example each, and there is at least one example. */
export function checkSameLength(
  first: ArrayLike<unknown>,
  firstName: string,
  second: ArrayLike<unknown>,
  secondName: string,
): void {
  checkArray(first, firstName);
  checkArray(second, secondName);
  if (first.length !== second.length) {
    throw new RangeError(
      `${firstName} and ${secondName} must have one entry for each example, got ${first.length} and ${second.length}`,
    );
  }
  if (first.length === 0) {
    throw new RangeError(`${firstName} and ${secondName} are empty; a metric needs at least one example`);
  }
}

export function checkIntegers(values: ArrayLike<number>, name: string): void {
  checkArray(values, name);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isSafeInteger(values[i])) {
      throw new RangeError(`${name} must hold integer class ids, got ${values[i]} at index ${i}`);
    }
  }
}

export function checkFinite(values: ArrayLike<number>, name: string): void {
  checkArray(values, name);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name} must hold finite numbers, got ${values[i]} at index ${i}`);
    }
  }
}

/** True and predicted class ids of the same, at least one, examples. */
export function checkPredictions(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): void {
  checkSameLength(yTrue, 'yTrue', yPred, 'yPred');
  checkIntegers(yTrue, 'yTrue');
  checkIntegers(yPred, 'yPred');
}

/** Rows of finite scores, all of one length; returns that length. */
export function checkScores(scores: ArrayLike<ArrayLike<number>>, name: string): number {
  checkArray(scores, name);
  for (let i = 0; i < scores.length; i++) {
    checkFinite(scores[i]!, `${name}[${i}]`);
    if (scores[i]!.length !== scores[0]!.length) {
      throw new RangeError(
        `${name} must have rows of equal length, got ${scores[0]!.length} in row 0 and ${scores[i]!.length} in row ${i}`,
      );
    }
  }
  const columns = scores[0]?.length ?? 0;
  if (columns === 0) throw new RangeError(`${name} must have at least one class in each row, got none`);
  return columns;
}

export function checkBinary(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new RangeError(`${name} must hold 0 (absent) or 1 (present), got ${values[i]} at index ${i}`);
    }
  }
}

export function checkCount(value: number, name: string): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
}

/** A square matrix of numbers that are not negative, with a name for each class. */
export function checkMatrix(matrix: readonly (readonly number[])[], names: readonly string[]): void {
  checkArray(matrix, 'matrix');
  checkArray(names, 'names');
  if (matrix.length === 0) throw new RangeError('matrix is empty; a confusion matrix has at least one class');
  if (names.length !== matrix.length) {
    throw new RangeError(`names must name each of the ${matrix.length} classes of matrix, got ${names.length} names`);
  }
  for (const [i, row] of matrix.entries()) {
    checkFinite(row, `matrix[${i}]`);
    if (row.length !== matrix.length) {
      throw new RangeError(`matrix must be square, got ${row.length} columns in row ${i} of ${matrix.length}`);
    }
    const negative = row.find((value) => value < 0);
    if (negative !== undefined) {
      throw new RangeError(`matrix must not hold negative numbers, got ${negative} in row ${i}`);
    }
  }
}
