/**
 * erfc(x) for x of 0 or more, which for x = √(χ² / 2) is the tail of chi-squared with one degree of freedom: the Taylor
 * series of erf for small x, Laplace's continued fraction for the others (Abramowitz and Stegun 7.1.6 and 7.1.14).
 */
export function complementaryError(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    let [term, sum] = [2 * x, 2 * x];
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let fraction = x;
  for (let n = 100; n >= 1; n--) fraction = x + n / 2 / fraction;
  return scale / fraction;
}
