import { AudioInputError } from '../errors.js';
import { type PolyphaseFilter, polyphaseFilter, type ResampleMethod, resampleMethods } from './polyphase.js';

/** How {@link resample} filters. */
export interface ResampleOptions {
  /**
   * Window of the low-pass filter. `'hann'` (default) is torchaudio's default, with 6 zero crossings and rolloff 0.99.
   * `'kaiser_best'` has a much steeper edge and takes ten times as long: 64 zero crossings, rolloff 0.9475937167399596,
   * beta 14.769656459379492.
   */
  readonly method?: ResampleMethod;
}

/** What {@link createResampler} gives. */
export interface Resampler {
  /** Takes the next samples of the sound, and gives those of the new rate that they complete: none, or many. */
  push(samples: Float32Array): Float32Array;
  /** Gives what is left when the sound has ended; the resampler is then at its end. */
  end(): Float32Array;
}

/**
 * Resamples a sound that comes in pieces: a recording that is too long for memory, or a microphone. The pieces it gives make
 * up exactly what {@link resample} gives of the whole, wherever the sound is cut.
 *
 * @param from rate of the samples that come, in Hz
 * @param to wanted rate, in Hz
 * @throws {AudioInputError} when a rate is not a positive integer or the method is unknown
 *
 * @example
 * ```ts
 * const resampler = createResampler(48000, 16000);
 * for await (const samples of microphone) record(resampler.push(samples));
 * record(resampler.end());
 * ```
 */
export function createResampler(from: number, to: number, { method = 'hann' }: ResampleOptions = {}): Resampler {
  checkResampling(from, to, method);
  if (from === to) return { push: (samples) => samples, end: () => new Float32Array() };
  const filter = polyphaseFilter(from, to, method);
  const { phases, step, taps, reach, starts } = filter;
  // Silence before the sound, so that the inner loop has no edges. Double precision, as the weights: no conversions.
  let input = new Float64Array(reach);
  let first = -reach; // number of the sample input[0]
  let received = 0;
  let made = 0;

  const append = (samples: ArrayLike<number>): void => {
    // Samples before the next output's first weight are not needed again.
    const next = Math.floor(made / phases) * step + starts[made % phases]!;
    const kept = input.subarray(Math.min(Math.max(next - first, 0), input.length));
    first += input.length - kept.length;
    const longer = new Float64Array(kept.length + samples.length);
    longer.set(kept);
    longer.set(samples, kept.length);
    input = longer;
  };

  const make = (upTo: number): Float32Array => {
    const output = new Float32Array(Math.max(upTo - made, 0));
    interpolate(input, Math.floor(made / phases) * step - first, made % phases, filter, output);
    made += output.length;
    return output;
  };

  return {
    push(samples) {
      append(samples);
      received += samples.length;
      return make(Math.ceil(((received - taps + reach + 1) * phases) / step));
    },
    end() {
      append(new Float64Array(taps));
      return make(Math.ceil((received * phases) / step));
    },
  };
}

/** Fills `output` from a phase of the round that begins at `input[round]` on. */
function interpolate(
  input: Float64Array,
  round: number,
  phase: number,
  { phases, step, taps, starts, table, weightsOf }: PolyphaseFilter,
  output: Float32Array,
): void {
  for (let i = 0; i < output.length; i++) {
    const weights = table ?? weightsOf(phase);
    // Four sums, because each addition would wait for the one before.
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = round + starts[phase]!;
    let w = table ? phase * taps : 0;
    for (const end = w + taps; w < end; w += 4, at += 4) {
      a += weights[w]! * input[at]!;
      b += weights[w + 1]! * input[at + 1]!;
      c += weights[w + 2]! * input[at + 2]!;
      d += weights[w + 3]! * input[at + 3]!;
    }
    output[i] = a + b + (c + d);
    if (++phase === phases) {
      phase = 0;
      round += step;
    }
  }
}

/** @throws {AudioInputError} unless the rates are positive integers and the method is known. */
export function checkResampling(from: number, to: number, method: ResampleMethod): void {
  checkSampleRate(to);
  checkSampleRate(from);
  if (method in resampleMethods) return;
  const known = Object.keys(resampleMethods).join("' or '");
  throw new AudioInputError(`Expected the method of resampling to be '${known}', got '${method}'.`);
}

/** @throws {AudioInputError} unless `sampleRate` is a positive integer. */
export function checkSampleRate(sampleRate: number): void {
  if (!Number.isSafeInteger(sampleRate) || sampleRate < 1)
    throw new AudioInputError(`Expected a sampling rate in whole Hz, 1 or more, got ${String(sampleRate)}.`);
}
