/**
 * The window and the mel filters of Kaldi's filterbank at 16 kHz, with the single-precision values of PyTorch.
 *
 * AST checkpoints were trained on what `torchaudio.compliance.kaldi.fbank` computes in single precision. A tone's side lobes
 * lie 80 dB and more below it, where rounding errors of 1e-7 change the log energy by 1e-3: so that features agree to 1e-4
 * there too, the tables below round where torchaudio rounds.
 */

import { FFT_LENGTH } from './fft.js';

const round = Math.fround;

export const SAMPLE_RATE = 16_000;
/** 25 ms. */
export const FRAME_LENGTH = 400;
/** 10 ms. */
export const FRAME_SHIFT = 160;
/** Where the mel filters begin, in Hz; they end at half the sample rate. */
export const LOWEST_FREQUENCY = 20;

/** The float32 that is `ulps` steps further from zero. */
function nudge(value: number, ulps: number): number {
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0]! += ulps;
  return new Float32Array(bits.buffer)[0]!;
}

/**
 * PyTorch's vectorised functions are right to one unit in the last place, not correctly rounded. These are the entries
 * of the two tables where that shows: index -> units in the last place.
 */
const COSINE_ULPS = new Map([
  [19, 1],
  [68, 1],
  [150, -1],
  [155, -1],
  [235, -1],
  [267, 1],
  [329, 1],
  [337, 1],
  [358, -1],
]);
const LOGARITHM_ULPS = new Map([
  [12, -1],
  [55, -1],
  [236, 1],
]);

/** The symmetric Hann window: 0 at both ends. Shape [FRAME_LENGTH]. */
export function hannWindow(): Float32Array {
  const step = round((2 * Math.PI) / (FRAME_LENGTH - 1));
  return Float32Array.from({ length: FRAME_LENGTH }, (_, i) => {
    const cosine = nudge(Math.cos(round(i * step)), COSINE_ULPS.get(i) ?? 0);
    return 0.5 - 0.5 * cosine;
  });
}

/** A triangular filter: `weights` of the power at FFT bins `firstBin`, `firstBin + 1`, … */
export interface MelFilter {
  readonly firstBin: number;
  readonly weights: readonly number[];
}

/** Hz to mel, as HTK and Kaldi define it. */
export const kaldiMel = (frequency: number): number => 1127 * Math.log(1 + frequency / 700);

/** The mel values of the FFT bins below the Nyquist frequency; the bin at it has no weight in any filter. */
function melOfBins(): Float32Array {
  const width = SAMPLE_RATE / FFT_LENGTH;
  return Float32Array.from({ length: FFT_LENGTH / 2 }, (_, bin) => {
    const logarithm = nudge(Math.log(round(1 + round((width * bin) / 700))), LOGARITHM_ULPS.get(bin) ?? 0);
    return 1127 * logarithm;
  });
}

/**
 * `count` triangles whose corners are equally spaced on the mel scale from 20 Hz to the Nyquist frequency. With many
 * filters the lowest triangles are narrower than an FFT bin and can be empty: `weights` has no entries then.
 */
export function melFilters(count: number): MelFilter[] {
  const bins = melOfBins();
  const lowest = kaldiMel(LOWEST_FREQUENCY);
  const spacing = round((kaldiMel(SAMPLE_RATE / 2) - lowest) / (count + 1));
  const corner = (index: number): number => round(round(lowest) + round(index * spacing));
  return Array.from({ length: count }, (_, filter) => {
    const [left, centre, right] = [corner(filter), corner(filter + 1), corner(filter + 2)];
    const all = Array.from(bins, (at) => {
      const rising = round(round(at - left) / round(centre - left));
      const falling = round(round(right - at) / round(right - centre));
      return Math.max(0, Math.min(rising, falling));
    });
    const firstBin = Math.max(
      0,
      all.findIndex((weight) => weight > 0),
    );
    return { firstBin, weights: all.filter((weight) => weight > 0) };
  });
}
