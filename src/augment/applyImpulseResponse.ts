import { fourier } from '../audio/fourier.js';
import type { Waveform } from '../audio/index.js';
import { inverseFourier, powerOfTwo } from './inverseFourier.js';
import { rms, scaled } from './levels.js';
import { completeOptions } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import { soundBank } from './soundBank.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link applyImpulseResponse}. */
export interface ApplyImpulseResponseOptions extends ProbabilityOptions {
  /** Responses of rooms or microphones to a click, one of them at random. Other sampling rates are resampled. */
  readonly impulseResponses: readonly Waveform[];
  /** Whether the reverberation behind the end of the sound is cut off. Default true. */
  readonly leaveLengthUnchanged?: boolean;
}

/**
 * Puts a sound into a room, or before a microphone: its convolution with an impulse response, `ApplyImpulseResponse` of
 * [audiomentations](https://iver56.github.io/audiomentations/), with waveforms in place of paths. The level stays: the
 * result has the energy of the sound (audiomentations makes its peak 0.5). A sound that ends before the response begins
 * stays as it is.
 *
 * @throws {RangeError} when an option is unknown, or a response is empty, silent or not finite
 *
 * @example
 * ```ts
 * const inTheHall = applyImpulseResponse({ impulseResponses: [await readAudio('hall.wav')] });
 * ```
 */
export function applyImpulseResponse(options: ApplyImpulseResponseOptions): WaveformAugmentation {
  const defaults: Required<ApplyImpulseResponseOptions> = { impulseResponses: [], leaveLengthUnchanged: true, p: 0.5 };
  const { impulseResponses, leaveLengthUnchanged, p } = completeOptions('applyImpulseResponse', defaults, options);
  const bank = soundBank('applyImpulseResponse', 'impulseResponses', impulseResponses);
  return waveformAugmentation('applyImpulseResponse', p, (samples, sampleRate, random) => {
    const responses = bank(sampleRate);
    const response = responses[random.integer(responses.length)]!;
    const convolved = convolve(samples, response);
    const result = leaveLengthUnchanged ? convolved.slice(0, samples.length) : convolved;
    const level = rms(result);
    if (level <= NOTHING_LEFT * rms(convolved)) return samples.slice();
    return scaled(result, (rms(samples) / level) * Math.sqrt(samples.length / result.length));
  });
}

/** -120 dB: what is quieter beside the whole convolution is its rounding errors. */
const NOTHING_LEFT = 1e-6;

/** The full convolution, [x + h - 1], by one transform of x + i h: its product of spectra is in the differences. */
function convolve(x: Float32Array, h: Float32Array): Float32Array {
  const length = x.length + h.length - 1;
  const size = powerOfTwo(length);
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  re.set(x);
  im.set(h);
  fourier(re, im);
  // X H = (Z[k]² - conj(Z[-k])²) / 4i
  const [productRe, productIm] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    const mirror = (size - k) % size;
    productRe[k] = (re[k]! * im[k]! + re[mirror]! * im[mirror]!) / 2;
    productIm[k] = (re[mirror]! ** 2 - im[mirror]! ** 2 - re[k]! ** 2 + im[k]! ** 2) / 4;
  }
  inverseFourier(productRe, productIm);
  return new Float32Array(productRe.subarray(0, length));
}
