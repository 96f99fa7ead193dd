/** Design of Butterworth filters as sections of second order, by the bilinear transform, as scipy.signal.butter does. */

/** A section of a filter: y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]. */
export interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [a1: number, a2: number];
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

const multiply = (x: Complex, y: Complex): Complex => ({
  re: x.re * y.re - x.im * y.im,
  im: x.re * y.im + x.im * y.re,
});
const divide = (x: Complex, y: Complex): Complex => {
  const square = y.re * y.re + y.im * y.im;
  return { re: (x.re * y.re + x.im * y.im) / square, im: (x.im * y.re - x.re * y.im) / square };
};
const squareRoot = ({ re, im }: Complex): Complex => {
  const size = Math.hypot(re, im);
  const imaginary = Math.sqrt((size - re) / 2);
  return { re: Math.sqrt((size + re) / 2), im: im < 0 ? -imaginary : imaginary };
};

/**
 * A low-pass or high-pass of `order`, 3 dB down at `cutoff` (a fraction of the sampling rate, in (0, 0.5)).
 * Its power response is 1 / (1 + (tan(pi f) / tan(pi cutoff))^(2 order)), with the fraction upside down for a high-pass.
 */
export function butterworth(type: 'lowpass' | 'highpass', order: number, cutoff: number): Biquad[] {
  const edge = Math.tan(Math.PI * cutoff);
  const sign = type === 'lowpass' ? 1 : -1;
  return prototypePoles(order).map((pole) => {
    const scaled = type === 'lowpass' ? { re: edge * pole.re, im: edge * pole.im } : divide({ re: edge, im: 0 }, pole);
    const digital = bilinear(scaled);
    return pole.im === 0
      ? normalized({ b: [1, sign, 0], a: [-digital.re, 0] }, { re: sign, im: 0 })
      : normalized({ b: [1, 2 * sign, 1], a: conjugates(digital) }, { re: sign, im: 0 });
  });
}

/** A band-pass of `order` at each edge, 3 dB down at `low` and `high` (fractions of the sampling rate, 0 < low < high < 0.5). */
export function butterworthBand(order: number, low: number, high: number): Biquad[] {
  const [lowEdge, highEdge] = [Math.tan(Math.PI * low), Math.tan(Math.PI * high)];
  const width = highEdge - lowEdge;
  const middle = Math.sqrt(lowEdge * highEdge);
  const angle = 2 * Math.atan(middle);
  const reference = { re: Math.cos(angle), im: Math.sin(angle) };
  return prototypePoles(order).flatMap((pole) => {
    const half = { re: (width / 2) * pole.re, im: (width / 2) * pole.im };
    const square = multiply(half, half);
    const root = squareRoot({ re: square.re - middle * middle, im: square.im });
    const [first, second] = [1, -1].map((sign) =>
      bilinear({ re: half.re + sign * root.re, im: half.im + sign * root.im }),
    ) as [Complex, Complex];
    // A real pole of the prototype gives two poles of one section, any other one pole each of two, and its conjugate.
    const denominators: Biquad['a'][] =
      pole.im === 0 ? [[-(first.re + second.re), multiply(first, second).re]] : [conjugates(first), conjugates(second)];
    return denominators.map((a) => normalized({ b: [1, 0, -1], a }, reference));
  });
}

/** Poles of the analogue low-pass at 1 rad/s, without the lower of each conjugate pair. */
const prototypePoles = (order: number): Complex[] =>
  Array.from({ length: Math.ceil(order / 2) }, (_, k) => {
    const angle = (Math.PI * (2 * k + 1 + order)) / (2 * order);
    return 2 * k + 1 === order ? { re: -1, im: 0 } : { re: Math.cos(angle), im: Math.sin(angle) };
  });

/** A pole of the analogue filter in the digital one. */
const bilinear = ({ re, im }: Complex): Complex => divide({ re: 1 + re, im }, { re: 1 - re, im: -im });

/** a1 and a2 of a pole and its conjugate. */
const conjugates = ({ re, im }: Complex): Biquad['a'] => [-2 * re, re * re + im * im];

/** The section with a response of size 1 at z = `at`. */
function normalized({ b, a }: Biquad, at: Complex): Biquad {
  const inverse = divide({ re: 1, im: 0 }, at);
  const polynomial = ([c0, c1, c2]: readonly [number, number, number]) => {
    const { re, im } = multiply({ re: c1 + c2 * inverse.re, im: c2 * inverse.im }, inverse);
    return Math.hypot(c0 + re, im);
  };
  const factor = polynomial([1, ...a]) / polynomial(b);
  return { b: [factor * b[0], factor * b[1], factor * b[2]], a };
}
