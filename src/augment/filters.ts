import type { Random } from '../random.js';
import { filtered, filteredWithoutPhase } from './biquads.js';
import { type Biquad, butterworth, butterworthBand } from './butterworth.js';
import { type Check, checkLimits, completeOptions, positive } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import type { WaveformAugmentation } from './types.js';

/** How steep a filter is. */
export interface RolloffOptions extends ProbabilityOptions {
  /** Smallest steepness, in dB an octave: a multiple of 6, or of 12 where `zeroPhase` is set. Default 12. */
  readonly minRolloff?: number;
  /** Largest steepness, in dB an octave. Default 24. */
  readonly maxRolloff?: number;
  /** Filters forwards and backwards, so that no frequency is late; 6 dB down at the cut-off, not 3. Default false. */
  readonly zeroPhase?: boolean;
}

/** Settings of {@link lowPassFilter} (default 150 to 7500 Hz) and {@link highPassFilter} (default 20 to 2400 Hz). */
export interface CutoffOptions extends RolloffOptions {
  /** Lowest cut-off frequency, in Hz, above 0. */
  readonly minCutoffFreq?: number;
  /** Highest cut-off frequency, in Hz. */
  readonly maxCutoffFreq?: number;
}

/** Settings of {@link bandPassFilter}. */
export interface BandPassFilterOptions extends RolloffOptions {
  /** Lowest middle of the band, in Hz, above 0. Default 200. */
  readonly minCenterFreq?: number;
  /** Highest middle of the band, in Hz. Default 4000. */
  readonly maxCenterFreq?: number;
  /** Smallest width of the band as a part of its middle frequency, in (0, 2). Default 0.5. */
  readonly minBandwidthFraction?: number;
  /** Largest width as a part of the middle frequency. Default 1.99. */
  readonly maxBandwidthFraction?: number;
}

/**
 * Takes high tones away, as a wall or distance does: a Butterworth filter, `LowPassFilter` of
 * [audiomentations](https://iver56.github.io/audiomentations/). The cut-off is uniform in mel; one above half the sampling
 * rate is put just below it.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const muffled = lowPassFilter({ minCutoffFreq: 1000, maxCutoffFreq: 4000 });
 * ```
 */
export function lowPassFilter(options: CutoffOptions = {}): WaveformAugmentation {
  return cutoffFilter('lowPassFilter', 'lowpass', { minCutoffFreq: 150, maxCutoffFreq: 7500, ...rolloffs }, options);
}

/**
 * Takes low tones away, as a small loudspeaker does: a Butterworth filter, `HighPassFilter` of
 * [audiomentations](https://iver56.github.io/audiomentations/). The cut-off is uniform in mel.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const withoutRumble = highPassFilter({ minCutoffFreq: 80, maxCutoffFreq: 300 });
 * ```
 */
export function highPassFilter(options: CutoffOptions = {}): WaveformAugmentation {
  return cutoffFilter('highPassFilter', 'highpass', { minCutoffFreq: 20, maxCutoffFreq: 2400, ...rolloffs }, options);
}

/**
 * Leaves a band of tones alone, as a telephone does: a Butterworth filter with its steepness at each edge,
 * `BandPassFilter` of [audiomentations](https://iver56.github.io/audiomentations/). The middle is uniform in mel.
 *
 * @returns a function that throws a RangeError for a sound whose sampling rate cannot hold a band around `maxCenterFreq`
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const telephone = bandPassFilter({ minCenterFreq: 1000, maxCenterFreq: 2000 });
 * ```
 */
export function bandPassFilter(options: BandPassFilterOptions = {}): WaveformAugmentation {
  const name = 'bandPassFilter';
  const defaults = {
    minCenterFreq: 200,
    maxCenterFreq: 4000,
    minBandwidthFraction: 0.5,
    maxBandwidthFraction: 1.99,
    ...rolloffs,
  };
  const settings = completeOptions(name, defaults, options);
  const { minCenterFreq, maxCenterFreq, minBandwidthFraction, maxBandwidthFraction, zeroPhase, p } = settings;
  checkLimits(name, { minCenterFreq, maxCenterFreq }, positive);
  checkLimits(name, { minBandwidthFraction, maxBandwidthFraction }, [
    'a number above 0 and below 2',
    (value) => value > 0 && value < 2,
  ]);
  checkRolloff(name, settings);
  return waveformAugmentation(name, p, (samples, sampleRate, random) => {
    if (maxCenterFreq * (1 - minBandwidthFraction / 2) >= HIGHEST * sampleRate)
      throw new RangeError(
        `${name} expects bands below ${sampleRate / 2} Hz, half the sampling rate, got maxCenterFreq ${maxCenterFreq} with ` +
          `minBandwidthFraction ${minBandwidthFraction}: choose a lower maxCenterFreq.`,
      );
    const order = drawOrder(settings, random);
    const center = drawFrequency(minCenterFreq, maxCenterFreq, random);
    const width = center * random.uniform(minBandwidthFraction, maxBandwidthFraction);
    const [low, high] = [(center - width / 2) / sampleRate, (center + width / 2) / sampleRate];
    return run(butterworthBand(order, low, Math.min(high, HIGHEST)), samples, zeroPhase);
  });
}

const rolloffs = { minRolloff: 12, maxRolloff: 24, zeroPhase: false, p: 0.5 };

/** The highest frequency of a filter, as a fraction of the sampling rate. */
const HIGHEST = 0.5 * 0.9999;

function cutoffFilter(
  name: string,
  type: 'lowpass' | 'highpass',
  defaults: Required<CutoffOptions>,
  options: CutoffOptions,
): WaveformAugmentation {
  const settings = completeOptions(name, defaults, options);
  const { minCutoffFreq, maxCutoffFreq, zeroPhase, p } = settings;
  checkLimits(name, { minCutoffFreq, maxCutoffFreq }, positive);
  checkRolloff(name, settings);
  return waveformAugmentation(name, p, (samples, sampleRate, random) => {
    const order = drawOrder(settings, random);
    const cutoff = drawFrequency(minCutoffFreq, maxCutoffFreq, random) / sampleRate;
    return run(butterworth(type, order, Math.min(cutoff, HIGHEST)), samples, zeroPhase);
  });
}

const run = (sections: readonly Biquad[], samples: Float32Array, zeroPhase: boolean): Float32Array =>
  new Float32Array(zeroPhase ? filteredWithoutPhase(sections, samples) : filtered(sections, samples));

type Rolloff = Required<Pick<RolloffOptions, 'minRolloff' | 'maxRolloff' | 'zeroPhase'>>;

/** What each pole of a filter adds to its steepness. */
const stepOf = ({ zeroPhase }: Rolloff): number => (zeroPhase ? 12 : 6);

function checkRolloff(name: string, settings: Rolloff): void {
  const { minRolloff, maxRolloff, zeroPhase } = settings;
  const step = stepOf(settings);
  const multiple: Check = [
    `a multiple of ${step} dB an octave from ${step} to 96${zeroPhase ? ', as zeroPhase is set' : ''}`,
    (value) => value >= step && value <= 96 && value % step === 0,
  ];
  checkLimits(name, { minRolloff, maxRolloff }, multiple);
}

function drawOrder(settings: Rolloff, random: Random): number {
  const step = stepOf(settings);
  const lowest = settings.minRolloff / step;
  return lowest + random.integer(settings.maxRolloff / step - lowest + 1);
}

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

const drawFrequency = (low: number, high: number, random: Random): number => hertz(random.uniform(mel(low), mel(high)));
