/** Below this length NumPy's sum runs straight through, in eight interleaved lanes. */
const BLOCK = 128;

/**
 * The sum in NumPy's order of additions. Averages over classes are often exact ties of the printed digits in decimal
 * (0.925 = 370/400), so the last bit, which depends on that order, decides between two texts.
 */
export function pairwiseSum(values: readonly number[]): number {
  const length = values.length;
  if (length > BLOCK) {
    const half = Math.floor(length / 2);
    const middle = half - (half % 8);
    return pairwiseSum(values.slice(0, middle)) + pairwiseSum(values.slice(middle));
  }
  const laned = length < 8 ? 0 : length - (length % 8);
  const lanes = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < laned; i++) lanes[i % 8]! += values[i]!;
  const [a, b, c, d, e, f, g, h] = lanes as [number, number, number, number, number, number, number, number];
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = laned; i < length; i++) sum += values[i]!;
  return sum;
}
