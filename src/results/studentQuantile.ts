/**
 * The number that Student's t stays below with probability `share`, in (0.5, 1): by bisection of its distribution.
 *
 * @param freedom degrees of freedom, an integer of 1 or more
 */
export function studentQuantile(share: number, freedom: number): number {
  let [low, high] = [0, Math.PI / 2]; // of the angle whose tangent is t / sqrt(freedom)
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if ((1 + within(middle, freedom)) / 2 < share) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** The probability that |t| is below sqrt(freedom) tan(angle): Abramowitz and Stegun 26.7.3 and 26.7.4. */
function within(angle: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
