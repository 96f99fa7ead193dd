import type { Random } from '../random.js';

/**
 * A number in [0, 1] from the beta distribution with both parameters `alpha`: near a half for a large alpha, uniform
 * for 1, near 0 or 1 for a small one. The share of two gamma variates, as logarithms, as they underflow for a small alpha.
 */
export function drawBeta(alpha: number, random: Random): number {
  const [x, y] = [logGammaVariate(alpha, random), logGammaVariate(alpha, random)];
  return 1 / (1 + Math.exp(y - x));
}

/** The logarithm of a number from the gamma distribution of shape `alpha` (Marsaglia and Tsang 2000). */
function logGammaVariate(alpha: number, random: Random): number {
  if (alpha < 1) return logGammaVariate(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
