import { runElementwise } from './elementwise.js';
import type { Kernel, KernelTable } from './program.js';

/**
 * Φ(x), the standard normal distribution function, and e^(-x²/2), which the gradient needs too.
 *
 * Φ(-u) e^(u²/2) for u >= 0 is a polynomial in t = 1 / (1 + 0.3 u), fitted by least squares of the relative error, weighted
 * until it was even: 1.2e-7 at most for u to 13. So Φ keeps its digits where 1 + erf(x / √2) cancels; in single precision it is
 * within 3e-7, where erf of TensorFlow.js (Abramowitz and Stegun 7.1.26) is within 5e-7.
 */
const normal = `
fn bell(x: Value) -> Value { return exp(x * x * -0.5); }
fn normalCdf(x: Value, bell: Value) -> Value {
  let t = 1.0 / (1.0 + 0.3 * abs(x));
  var p = t * 0.0361975518 - 0.159389736;
  p = p * t + 0.210138441;
  p = p * t - 0.0571861831;
  p = p * t + 0.130426625;
  p = p * t + 0.0993439686;
  p = p * t + 0.120846049;
  p = p * t + 0.119623228;
  let tail = p * t * bell;
  return select(tail, 1.0 - tail, x > Value());
}`;

const gelu: Kernel = (backend, { x }) =>
  runElementwise(backend, {
    name: 'AstGelu',
    inputs: { x: x! },
    outputs: ['y'],
    functions: normal,
    body: 'let value = x[i]; y[i] = value * normalCdf(value, bell(value));',
  })[0]!;

const geluGrad: Kernel = (backend, { x, dy }) =>
  runElementwise(backend, {
    name: 'AstGeluGrad',
    inputs: { x: x!, dy: dy! },
    outputs: ['dx'],
    functions: normal,
    body: `
  let value = x[i];
  let density = bell(value);
  dx[i] = dy[i] * (normalCdf(value, density) + value * density * ${1 / Math.sqrt(2 * Math.PI)});`,
  })[0]!;

export const gelus: KernelTable = { AstGelu: gelu, AstGeluGrad: geluGrad };
