/**
 * Fast Fourier transforms of any power of two, in double precision. The features of AST have one of their own (fft.ts), of
 * one length, that rounds as PyTorch's.
 */

interface Plan {
  /** Where each element goes: its index with the bits in reverse. */
  readonly reversed: Uint32Array;
  /** cos and sin of 2 pi k / length, for k below length / 2. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** One for each power of two that was needed. */
const plans = new Map<number, Plan>();

function planOf(length: number): Plan {
  const known = plans.get(length);
  if (known) return known;
  const reversed = new Uint32Array(length);
  for (let i = 1; i < length; i++) reversed[i] = (reversed[i >> 1]! >> 1) + (i & 1 ? length >> 1 : 0);
  const angles = Float64Array.from({ length: length / 2 }, (_, k) => (2 * Math.PI * k) / length);
  const plan = { reversed, cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
  plans.set(length, plan);
  return plan;
}

/**
 * The discrete Fourier transform, in place: element k becomes the sum of element n times exp(-2 pi i k n / length).
 * Radix 2, decimation in time (Cooley and Tukey 1965).
 *
 * @param re real parts, as many as a power of two
 * @param im imaginary parts, as many
 */
export function fourier(re: Float64Array, im: Float64Array): void {
  const { length } = re;
  const { reversed, cosines, sines } = planOf(length);
  for (let i = 0; i < length; i++) {
    const j = reversed[i]!;
    if (j <= i) continue;
    [re[i], re[j]] = [re[j]!, re[i]!];
    [im[i], im[j]] = [im[j]!, im[i]!];
  }
  for (let half = 1; half < length; half *= 2) {
    const stride = length / (2 * half);
    for (let start = 0; start < length; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cosines[k * stride]!;
        const s = sines[k * stride]!;
        const a = start + k;
        const b = a + half;
        const rotatedRe = c * re[b]! + s * im[b]!;
        const rotatedIm = c * im[b]! - s * re[b]!;
        re[b] = re[a]! - rotatedRe;
        im[b] = im[a]! - rotatedIm;
        re[a]! += rotatedRe;
        im[a]! += rotatedIm;
      }
    }
  }
}
