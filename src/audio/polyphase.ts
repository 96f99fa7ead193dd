/** The low-pass filters of resampling, computed as torchaudio computes them and kept by rates. */

interface Method {
  /** Zero crossings of the sinc on each side. */
  readonly width: number;
  /** Cut-off as a part of the lower Nyquist frequency. */
  readonly rolloff: number;
  /** Height of the window at t in [-1, 1]. */
  readonly window: (t: number) => number;
}

/** Windows of the resampling filter, as torchaudio names them. */
export type ResampleMethod = 'hann' | 'kaiser_best';

const KAISER_BETA = 14.769656459379492;

export const resampleMethods: Readonly<Record<ResampleMethod, Method>> = {
  hann: { width: 6, rolloff: 0.99, window: (t) => Math.cos((t * Math.PI) / 2) ** 2 },
  kaiser_best: {
    width: 64,
    rolloff: 0.9475937167399596,
    window: (t) => besselI0(KAISER_BETA * Math.sqrt(1 - t * t)) / besselI0(KAISER_BETA),
  },
};

/**
 * A filter taken apart: rates in lowest terms are `step` : `phases`, and each round of `step` input samples gives
 * `phases` outputs, each with its own weights. Most of torchaudio's kernel is zero; only the rest is kept.
 */
export interface PolyphaseFilter {
  readonly phases: number;
  readonly step: number;
  /** Weights of a phase: a multiple of 4, with zeros behind the last. */
  readonly taps: number;
  /** The first weight of a phase belongs to an input sample, counted from the start of the round, of -`reach` or more. */
  readonly reach: number;
  /** Input sample, counted from the start of the round, of the first weight of each phase. */
  readonly starts: Int32Array;
  /** Weights of all phases, [phases, taps]; `undefined` where the rates have so many that the table would be large. */
  readonly table: Float64Array | undefined;
  /** Weights of one phase, [taps]. */
  weightsOf(phase: number): Float64Array;
}

/** Those used last, so that a data set computes its filter once. */
const kept = new Map<string, PolyphaseFilter>();
const MOST_KEPT = 8;
/** 16 MB. Rates without a large common divisor, e.g. 3999971 and 16000 Hz, would need 400 MB. */
const MOST_WEIGHTS = 2 ** 21;

export function polyphaseFilter(from: number, to: number, method: ResampleMethod): PolyphaseFilter {
  const divisor = greatestCommonDivisor(from, to);
  const key = `${from / divisor}:${to / divisor} ${method}`;
  const filter = kept.get(key) ?? computeFilter(from / divisor, to / divisor, resampleMethods[method]);
  kept.delete(key);
  kept.set(key, filter); // a Map keeps the order of insertion: the oldest is first
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return filter;
}

function computeFilter(step: number, phases: number, { width, rolloff, window }: Method): PolyphaseFilter {
  const cutoff = Math.min(step, phases) * rolloff; // in cycles a round, times 2
  const reach = Math.ceil((width * step) / cutoff);
  const taps = Math.ceil((2 * reach + 1) / 4) * 4;
  const starts = Int32Array.from({ length: phases }, (_, phase) => Math.floor((phase * step) / phases) - reach);
  const weightsOf = (phase: number): Float64Array =>
    Float64Array.from({ length: taps }, (_, tap) => {
      const t = ((starts[phase]! + tap) / step - phase / phases) * cutoff; // in zero crossings
      return Math.abs(t) >= width ? 0 : sinc(t) * window(t / width) * (cutoff / step);
    });
  const table = phases * taps <= MOST_WEIGHTS ? new Float64Array(phases * taps) : undefined;
  if (table) for (let phase = 0; phase < phases; phase++) table.set(weightsOf(phase), phase * taps);
  return { phases, step, taps, reach, starts, table, weightsOf };
}

const sinc = (t: number): number => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));

/** The modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
