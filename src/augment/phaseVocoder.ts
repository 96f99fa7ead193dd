import { fourier } from '../audio/fourier.js';
import { inverseFourier } from './inverseFourier.js';
import { samplesOf } from './samples.js';

/** Magnitudes and phases of a frame: [bins] each. */
interface Spectrum {
  readonly magnitudes: Float64Array;
  readonly phases: Float64Array;
}

const OVERLAP = 4;

/**
 * Plays a sound `rate` times as fast at the same pitch: the phase vocoder of torchaudio and librosa (Flanagan and Golden
 * 1966). Frames of `frameLength` samples (a power of two), a quarter apart, under a Hann window, around their centres, with
 * silence beyond the ends of the sound.
 *
 * @returns `round(samples / rate)` samples, one at least
 */
export function phaseVocoder(samples: Float32Array, rate: number, frameLength: number): Float32Array {
  const hop = frameLength / OVERLAP;
  const bins = frameLength / 2 + 1;
  const frames = 1 + Math.floor(samples.length / hop);
  const window = Float64Array.from(
    { length: frameLength },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / frameLength),
  );
  const analyse = analysis(samples, window, frames);
  const synthesis = overlapAdd(Math.max(Math.round(samples.length / rate), 1), window);

  const phases = analyse(0).phases.slice();
  const magnitudes = new Float64Array(bins);
  for (let step = 0; step * rate < frames; step++) {
    const position = step * rate; // in frames of the sound
    const [before, after] = [analyse(Math.floor(position)), analyse(Math.floor(position) + 1)];
    const share = position % 1;
    for (let k = 0; k < bins; k++) magnitudes[k] = share * after.magnitudes[k]! + (1 - share) * before.magnitudes[k]!;
    synthesis.add(step, magnitudes, phases);
    for (let k = 0; k < bins; k++) {
      // A bin turns by its own frequency, and by what the sound's frequency differs from it, which lies within half a turn.
      const own = (2 * Math.PI * hop * k) / frameLength;
      phases[k]! += own + wrapped(after.phases[k]! - before.phases[k]! - own);
    }
  }
  return synthesis.finish();
}

/** The angle between -pi and pi. */
const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/** Spectra by index of frame, silent behind the last; the two used last are kept. */
function analysis(samples: Float32Array, window: Float64Array, frames: number): (index: number) => Spectrum {
  const bins = window.length / 2 + 1;
  const kept = new Map<number, Spectrum>();
  return (index) => {
    const spectrum = kept.get(index) ?? compute(index);
    kept.delete(index);
    kept.set(index, spectrum);
    if (kept.size > 2) kept.delete(kept.keys().next().value!);
    return spectrum;
  };

  function compute(index: number): Spectrum {
    const [magnitudes, phases] = [new Float64Array(bins), new Float64Array(bins)];
    if (index >= frames) return { magnitudes, phases };
    const start = (index * window.length) / OVERLAP - window.length / 2;
    const [re, im] = [new Float64Array(window.length), new Float64Array(window.length)];
    for (let n = Math.max(-start, 0); n < Math.min(window.length, samples.length - start); n++)
      re[n] = window[n]! * samples[start + n]!;
    fourier(re, im);
    for (let k = 0; k < bins; k++) {
      magnitudes[k] = Math.sqrt(re[k]! * re[k]! + im[k]! * im[k]!);
      phases[k] = Math.atan2(im[k]!, re[k]!);
    }
    return { magnitudes, phases };
  }
}

/** Adds windowed frames up to `length` samples, and divides by the sum of the squared windows. */
function overlapAdd(length: number, window: Float64Array) {
  const frameLength = window.length;
  const sum = new Float64Array(length);
  const weight = new Float64Array(length);
  const [re, im] = [new Float64Array(frameLength), new Float64Array(frameLength)];
  return {
    add(frame: number, magnitudes: Float64Array, phases: Float64Array): void {
      for (let k = 0; k < magnitudes.length; k++) {
        const mirror = (frameLength - k) % frameLength;
        re[mirror] = re[k] = magnitudes[k]! * Math.cos(phases[k]!);
        im[k] = k === mirror ? 0 : magnitudes[k]! * Math.sin(phases[k]!); // the lowest and the highest bin are real
        im[mirror] = -im[k]!;
      }
      inverseFourier(re, im);
      const start = (frame * frameLength) / OVERLAP - frameLength / 2;
      const end = Math.min(start + frameLength, length);
      for (let i = Math.max(start, 0); i < end; i++) {
        const height = window[i - start]!;
        sum[i]! += height * re[i - start]!;
        weight[i]! += height * height;
      }
    },
    finish: (): Float32Array => samplesOf(length, (i) => (weight[i]! > 1e-11 ? sum[i]! / weight[i]! : 0)),
  };
}
