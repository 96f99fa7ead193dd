import { checkWaveform } from './checkWaveform.js';
import { fourier } from './fourier.js';
import type { MelFilter } from './kaldiTables.js';
import { completeLogMelConfig, type LogMelConfig } from './logMelConfig.js';
import { slaneyMelFilters } from './slaneyMel.js';
import type { MelSpectrogram, Waveform } from './waveform.js';

/**
 * The log-mel spectrogram of [librosa](https://librosa.org) (McFee et al. 2015), which convolutional networks for sounds are
 * mostly trained on: `librosa.power_to_db(librosa.feature.melspectrogram(y))` with its defaults of version 0.10 and later. Centred frames
 * with a periodic Hann window, power spectrum, mel filters of Slaney's scale and area, decibels. Equal to librosa within
 * 1e-4 dB. In double precision; needs nothing but JavaScript.
 *
 * @example
 * ```ts
 * const extractor = new LogMelExtractor({ ref: 'max' });
 * const waveform = await readAudio('dog.wav', { sampleRate: extractor.config.samplingRate });
 * const { data, frames, bins } = extractor.extract(waveform); // 215 x 128 values from -80 to 0 dB
 * ```
 */
export class LogMelExtractor {
  /** All settings, defaults filled in. */
  readonly config: LogMelConfig;
  readonly #window: Float64Array;
  readonly #filters: readonly MelFilter[];
  /** Power of one frame, [nFft / 2 + 1]. */
  readonly #spectrum: Float64Array;

  /**
   * @param config settings that differ from the defaults
   * @throws {RangeError} when a setting is unknown or out of range; the message names it
   */
  constructor(config: Partial<LogMelConfig> = {}) {
    this.config = completeLogMelConfig(config);
    const { nFft } = this.config;
    this.#window = Float64Array.from({ length: nFft }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / nFft));
    this.#filters = slaneyMelFilters(this.config);
    this.#spectrum = new Float64Array(nFft / 2 + 1);
  }

  /**
   * Features as long as the sound: `1 + floor(samples / hopLength)` frames, of which the first and the last are centred at
   * its ends. librosa's are the same turned, [bins, frames].
   *
   * @returns decibels, [frames, numMelBins], not normalised
   * @throws {AudioInputError} when the sound is empty, not finite, or not at `config.samplingRate`
   */
  logMel(waveform: Waveform): MelSpectrogram {
    checkWaveform(waveform, this.config.samplingRate, 'LogMelExtractor');
    return this.#decibels(waveform.samples, 1 + Math.floor(waveform.samples.length / this.config.hopLength));
  }

  /**
   * One input of a model: exactly `maxLength` frames. Of a longer sound the first ones; a shorter one has silence behind
   * it. `ref: 'max'` and `topDb` look at these frames.
   *
   * @returns decibels, normalised where `doNormalize` is set, [maxLength, numMelBins]
   * @throws {AudioInputError} when the sound is empty, not finite, or not at `config.samplingRate`
   */
  extract(waveform: Waveform): MelSpectrogram {
    const { samplingRate, maxLength, hopLength, doNormalize, mean, std } = this.config;
    checkWaveform(waveform, samplingRate, 'LogMelExtractor');
    const samples = new Float32Array(Math.max(waveform.samples.length, (maxLength - 1) * hopLength));
    samples.set(waveform.samples);
    const features = this.#decibels(samples, maxLength);
    if (doNormalize) for (const [i, value] of features.data.entries()) features.data[i] = (value - mean) / std;
    return features;
  }

  /** The first frames of a sound. */
  #decibels(samples: Float32Array, frames: number): MelSpectrogram {
    const { nFft, hopLength, numMelBins: bins, padMode } = this.config;
    const data = new Float32Array(frames * bins);
    const padded = pad(samples, nFft / 2, frames * hopLength + nFft, padMode);
    // Two real frames are transformed at once, as the two parts of complex numbers.
    const [re, im] = [new Float64Array(nFft), new Float64Array(nFft)];
    for (let frame = 0; frame < frames; frame += 2) {
      this.#cutFrame(padded, frame * hopLength, re);
      this.#cutFrame(padded, (frame + 1) * hopLength, im);
      fourier(re, im);
      this.#melPower(re, im, data.subarray(frame * bins, (frame + 1) * bins));
      if (frame + 1 < frames) this.#melPower(im, re, data.subarray((frame + 1) * bins, (frame + 2) * bins));
    }
    toDecibels(data, this.config);
    return { data, frames, bins };
  }

  #cutFrame(padded: Float32Array, start: number, values: Float64Array): void {
    const window = this.#window;
    for (let i = 0; i < window.length; i++) values[i] = padded[start + i]! * window[i]!;
  }

  /** Weighted sums of the power of the real frame whose transform, together with that of another, is `own` + i `other`. */
  #melPower(own: Float64Array, other: Float64Array, mel: Float32Array): void {
    const spectrum = this.#spectrum;
    for (let bin = 0; bin < spectrum.length; bin++) {
      const mirror = bin === 0 ? 0 : own.length - bin;
      const even = own[bin]! + own[mirror]!;
      const odd = other[bin]! - other[mirror]!;
      spectrum[bin] = (even * even + odd * odd) / 4;
    }
    for (let filter = 0; filter < mel.length; filter++) {
      const { firstBin, weights } = this.#filters[filter]!;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * spectrum[firstBin + i]!;
      mel[filter] = sum;
    }
  }
}

/** A sound with `before` samples in front of it, and as many behind as make `length`: zeros, or its mirror image. */
function pad(samples: Float32Array, before: number, length: number, mode: LogMelConfig['padMode']): Float32Array {
  const padded = new Float32Array(Math.max(length, before + samples.length));
  padded.set(samples, before);
  if (mode === 'constant') return padded;
  // The first and the last sample are not repeated.
  const period = Math.max(1, 2 * (samples.length - 1));
  const mirrored = (at: number): number => {
    const place = Math.abs(at) % period;
    return samples[place < samples.length ? place : period - place]!;
  };
  for (let i = 0; i < before; i++) padded[i] = mirrored(i - before);
  for (let i = before + samples.length; i < padded.length; i++) padded[i] = mirrored(i - before);
  return padded;
}

/** Power to decibels, in place, as `librosa.power_to_db`. */
function toDecibels(data: Float32Array, { ref, amin, topDb }: LogMelConfig): void {
  const largest = data.reduce((most, value) => Math.max(most, value), amin);
  const zero = 10 * Math.log10(Math.max(amin, ref === 'max' ? largest : ref));
  const floor = topDb === null ? Number.NEGATIVE_INFINITY : 10 * Math.log10(largest) - zero - topDb;
  for (let i = 0; i < data.length; i++) data[i] = Math.max(floor, 10 * Math.log10(Math.max(amin, data[i]!)) - zero);
}
