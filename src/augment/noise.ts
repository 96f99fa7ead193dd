import { fourier } from '../audio/fourier.js';
import type { Random } from '../random.js';
import { powerOfTwo } from './inverseFourier.js';
import { amplitude, mixedWithNoise, rms } from './levels.js';
import { between, checkLimits, completeOptions, decibelValue } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import { samplesOf } from './samples.js';
import type { WaveformAugmentation } from './types.js';

/** How loud noise is beside the sound. */
export interface SnrOptions extends ProbabilityOptions {
  /** Smallest signal-to-noise ratio, in dB; the smaller, the more noise. Default 5. */
  readonly minSnrDb?: number;
  /** Largest signal-to-noise ratio, in dB. Default 40. */
  readonly maxSnrDb?: number;
}

/** Settings of {@link addColorNoise}. */
export interface AddColorNoiseOptions extends SnrOptions {
  /** Smallest change of the noise's power density, in dB an octave; below 0 low tones are louder. Default -6. */
  readonly minFDecay?: number;
  /** Largest change, in dB an octave; above 0 high tones are louder. Default 6. */
  readonly maxFDecay?: number;
}

const DOUBLE_POWER = 10 * Math.log10(2);

/**
 * Changes of power density that have a name, in dB an octave, for {@link addColorNoise}.
 *
 * @example
 * ```ts
 * const pinkNoise = addColorNoise({ minFDecay: noiseColors.pink, maxFDecay: noiseColors.pink });
 * ```
 */
export const noiseColors = {
  brown: -2 * DOUBLE_POWER,
  red: -2 * DOUBLE_POWER,
  pink: -DOUBLE_POWER,
  white: 0,
  blue: DOUBLE_POWER,
  azure: DOUBLE_POWER,
  violet: 2 * DOUBLE_POWER,
} as const;

/**
 * Adds white noise at a signal-to-noise ratio that is uniform in decibels: `AddGaussianSNR` of
 * [audiomentations](https://iver56.github.io/audiomentations/). The noise has exactly that ratio to the sound, as root mean
 * squares; that of audiomentations comes near it by chance. Silence stays silent.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const noisy = addGaussianSnr({ minSnrDb: 10, maxSnrDb: 30, p: 0.5 });
 * ```
 */
export function addGaussianSnr(options: SnrOptions = {}): WaveformAugmentation {
  const { minSnrDb, maxSnrDb, p } = completeOptions('addGaussianSnr', { minSnrDb: 5, maxSnrDb: 40, p: 0.5 }, options);
  checkLimits('addGaussianSnr', { minSnrDb, maxSnrDb }, decibelValue);
  return waveformAugmentation('addGaussianSnr', p, (samples, _rate, random) => {
    const snr = random.uniform(minSnrDb, maxSnrDb);
    const noise = samplesOf(samples.length, () => random.normal());
    return mixedWithNoise(samples, noise, rms(samples) / amplitude(snr));
  });
}

/**
 * Adds noise whose power density falls or rises by so many decibels an octave: `AddColorNoise` of
 * [audiomentations](https://iver56.github.io/audiomentations/), without its A-weighting. The slope and the signal-to-noise
 * ratio are uniform; the ratio is exact, and silence stays silent. Below 20 Hz the density is level: what nobody hears, and
 * no feature of AST holds, takes no part of the noise's power.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const windAndRumble = addColorNoise({ minFDecay: noiseColors.brown, maxFDecay: noiseColors.pink });
 * ```
 */
export function addColorNoise(options: AddColorNoiseOptions = {}): WaveformAugmentation {
  const defaults = { minSnrDb: 5, maxSnrDb: 40, minFDecay: -6, maxFDecay: 6, p: 0.5 };
  const { minSnrDb, maxSnrDb, minFDecay, maxFDecay, p } = completeOptions('addColorNoise', defaults, options);
  checkLimits('addColorNoise', { minSnrDb, maxSnrDb }, decibelValue);
  checkLimits('addColorNoise', { minFDecay, maxFDecay }, between(-48, 48));
  return waveformAugmentation('addColorNoise', p, (samples, sampleRate, random) => {
    const snr = random.uniform(minSnrDb, maxSnrDb);
    const decay = random.uniform(minFDecay, maxFDecay);
    const noise = colorNoise(samples.length, sampleRate, decay, random);
    return mixedWithNoise(samples, noise, rms(samples) / amplitude(snr));
  });
}

const LOWEST_FREQUENCY = 20;
/** A shorter transform would have too few frequencies for a slope. */
const SHORTEST_TRANSFORM = 1024;

/** Noise made from its spectrum, which is normal at every frequency (Timmer and König 1995): [length]. */
function colorNoise(length: number, sampleRate: number, decay: number, random: Random): Float64Array {
  const size = powerOfTwo(Math.max(length, SHORTEST_TRANSFORM));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const exponent = decay / 2 / DOUBLE_POWER; // of the amplitude, half of the power's
  for (let k = 1; k < size / 2; k++) {
    const frequency = Math.max((k * sampleRate) / size, LOWEST_FREQUENCY);
    const height = (frequency / LOWEST_FREQUENCY) ** exponent;
    re[k] = height * random.normal();
    im[k] = height * random.normal();
  }
  // The other half of the spectrum would mirror this one; without it the real part is the same noise, half as loud.
  fourier(re, im);
  return re.subarray(0, length);
}
