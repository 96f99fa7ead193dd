/**
 * The natural logarithm of four floats at a time: x = m · 2^e with m in [√½, √2), and log m by a polynomial in m - 1.
 *
 * The coefficients are those of `logf` of the Cephes library (Moshier 1989), whose error is at most one unit in the last
 * place; log 2 is added in two parts, the first of which is exact for every exponent.
 */
import {
  add,
  type Code,
  integerSplat,
  mul,
  type Scope,
  shiftLanesLeft,
  shiftLanesRight,
  splat,
  sub,
  subIntegers,
  toFloats,
} from './wasm.js';

/** Of (m - 1)³, from the highest power down. */
const COEFFICIENTS = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];
const LOG_2_HIGH = 0.693359375;
const LOG_2_LOW = -2.1219444e-4;
/** The bits of √½ in single precision. */
const ROOT_HALF = 0x3f3504f3;
const MANTISSA_BITS = 23;

/** Code that leaves log `x` on the stack; `x` is positive, finite and no denormal. */
export function logarithm(scope: Scope, x: Code): Code {
  const [bits, exponent, f, square] = [scope.vector(), scope.vector(), scope.vector(), scope.vector()];
  const scale = toFloats(exponent.get);
  const polynomial = COEFFICIENTS.slice(1).reduce(
    (sum, coefficient) => add(mul(sum, f.get), splat(coefficient)),
    splat(COEFFICIENTS[0]!),
  );
  const correction = sub(
    add(mul(mul(f.get, square.get), polynomial), mul(scale, splat(LOG_2_LOW))),
    mul(square.get, splat(0.5)),
  );
  return [
    bits.set(x),
    exponent.set(shiftLanesRight(subIntegers(bits.get, integerSplat(ROOT_HALF)), MANTISSA_BITS)),
    f.set(sub(subIntegers(bits.get, shiftLanesLeft(exponent.get, MANTISSA_BITS)), splat(1))),
    square.set(mul(f.get, f.get)),
    add(add(f.get, correction), mul(scale, splat(LOG_2_HIGH))),
  ].flat();
}
