import type { Biquad } from './butterworth.js';
import { samplesOf } from './samples.js';

/**
 * Runs samples through sections one after the other, as if the first sample had been there for ever, so that a filter
 * does not start with a click: scipy.signal.sosfilt with `zi = sosfilt_zi(sos) * samples[0]`.
 */
export function filtered(sections: readonly Biquad[], samples: ArrayLike<number>): Float64Array {
  const result = new Float64Array(samples);
  let constant = result[0] ?? 0; // what comes in before the first sample
  for (const { b, a } of sections) {
    const [b0, b1, b2] = b;
    const [a1, a2] = a;
    const settled = (constant * (b0 + b1 + b2)) / (1 + a1 + a2);
    let first = settled - b0 * constant;
    let second = b2 * constant - a2 * settled;
    for (let i = 0; i < result.length; i++) {
      const input = result[i]!;
      const output = b0 * input + first;
      first = b1 * input - a1 * output + second;
      second = b2 * input - a2 * output;
      result[i] = output;
    }
    constant = settled;
  }
  return result;
}

/**
 * Forwards and backwards, so that no frequency is late and each is attenuated twice: scipy.signal.sosfiltfilt. The sound
 * is continued at both ends by its mirror image through the end point; a very short one by as much of it as there is.
 */
export function filteredWithoutPhase(sections: readonly Biquad[], samples: Float32Array): Float64Array {
  const last = samples.length - 1;
  const edge = Math.min(3 * (2 * sections.length + 1 - sections.filter(({ a }) => a[1] === 0).length), last);
  const extended = samplesOf(samples.length + 2 * edge, (n) => {
    const i = n - edge;
    if (i < 0) return 2 * samples[0]! - samples[-i]!;
    return i > last ? 2 * samples[last]! - samples[2 * last - i]! : samples[i]!;
  });
  const forwards = filtered(sections, extended).reverse();
  return filtered(sections, forwards)
    .reverse()
    .subarray(edge, edge + samples.length);
}
