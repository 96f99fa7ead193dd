import type { MelFilter } from './kaldiTables.js';

/** Below 1000 Hz a mel is 200/3 Hz; above, 27 mels make a factor of 6.4 (Slaney's Auditory Toolbox, 1998). */
const LINEAR_STEP = 200 / 3;
const LOGARITHMIC_FROM = 1000;
const LOGARITHMIC_STEP = Math.log(6.4) / 27;
const FIRST_LOGARITHMIC = LOGARITHMIC_FROM / LINEAR_STEP;

/** Hz to mel, as Slaney defines it. */
export const slaneyMel = (hertz: number): number =>
  hertz < LOGARITHMIC_FROM
    ? hertz / LINEAR_STEP
    : FIRST_LOGARITHMIC + Math.log(hertz / LOGARITHMIC_FROM) / LOGARITHMIC_STEP;

const toHertz = (mel: number): number =>
  mel < FIRST_LOGARITHMIC
    ? mel * LINEAR_STEP
    : LOGARITHMIC_FROM * Math.exp(LOGARITHMIC_STEP * (mel - FIRST_LOGARITHMIC));

/** Where filters lie. */
interface FilterbankOptions {
  /** In Hz. */
  readonly samplingRate: number;
  /** Points of the Fourier transform. */
  readonly nFft: number;
  /** How many filters. */
  readonly numMelBins: number;
  /** Lowest and highest frequency, in Hz. */
  readonly fMin: number;
  readonly fMax: number;
}

/**
 * The mel filters of `librosa.filters.mel`: triangles of equal width on Slaney's scale, each of area 2 (`norm='slaney'`).
 * A filter that is narrower than the distance of two frequencies can be empty.
 */
export function slaneyMelFilters({ samplingRate, nFft, numMelBins, fMin, fMax }: FilterbankOptions): MelFilter[] {
  const spacing = (slaneyMel(fMax) - slaneyMel(fMin)) / (numMelBins + 1);
  const corner = (index: number): number => toHertz(slaneyMel(fMin) + index * spacing);
  return Array.from({ length: numMelBins }, (_, filter) => {
    const [left, centre, right] = [corner(filter), corner(filter + 1), corner(filter + 2)];
    const all = Array.from({ length: nFft / 2 + 1 }, (_, bin) => {
      const hertz = (bin * samplingRate) / nFft;
      const height = Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre));
      return (Math.max(0, height) * 2) / (right - left);
    });
    const firstBin = Math.max(
      0,
      all.findIndex((weight) => weight > 0),
    );
    return { firstBin, weights: all.filter((weight) => weight > 0) };
  });
}
