import type { Waveform } from '../audio/index.js';
import type { Random } from '../random.js';
import { amplitude, mixedWithNoise, rms } from './levels.js';
import type { SnrOptions } from './noise.js';
import { between, checkChoice, checkLimits, completeOptions, decibelValue } from './options.js';
import { waveformAugmentation } from './probability.js';
import { samplesOf } from './samples.js';
import { soundBank } from './soundBank.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link addBackgroundNoise}; `minSnrDb` is 3 and `maxSnrDb` 30 unless given. */
export interface AddBackgroundNoiseOptions extends SnrOptions {
  /** What to mix in, one of them at random. Other sampling rates are resampled. */
  readonly sounds: readonly Waveform[];
  /** Whether the noise has a level beside the sound's (`minSnrDb`, `maxSnrDb`), or one of its own. Default `'relative'`. */
  readonly noiseRms?: 'relative' | 'absolute';
  /** Lowest level of the noise, in dB below full scale, where `noiseRms` is `'absolute'`. Default -45. */
  readonly minAbsoluteRmsDb?: number;
  /** Highest level of the noise, 0 or less. Default -15. */
  readonly maxAbsoluteRmsDb?: number;
  /** Changes the noise before it is mixed in. Default: nothing does. */
  readonly noiseTransform?: WaveformAugmentation;
}

/**
 * Mixes another sound in, from a random place of it: `AddBackgroundNoise` of
 * [audiomentations](https://iver56.github.io/audiomentations/), with waveforms in place of paths. A noise shorter than the
 * sound is repeated. Its level is exact over what is mixed in. Silence stays silent where the level is relative, and a
 * silent part of a noise adds nothing.
 *
 * @throws {RangeError} when an option is unknown or out of range, or a noise is empty, silent or not finite
 *
 * @example
 * ```ts
 * const street = addBackgroundNoise({ sounds: [await readAudio('street.wav')], minSnrDb: 6, maxSnrDb: 20 });
 * ```
 */
export function addBackgroundNoise(options: AddBackgroundNoiseOptions): WaveformAugmentation {
  const { sounds, minSnrDb, maxSnrDb, noiseRms, minAbsoluteRmsDb, maxAbsoluteRmsDb, noiseTransform, p } =
    completeOptions<Required<AddBackgroundNoiseOptions>>(
      'addBackgroundNoise',
      {
        sounds: [],
        minSnrDb: 3,
        maxSnrDb: 30,
        noiseRms: 'relative',
        minAbsoluteRmsDb: -45,
        maxAbsoluteRmsDb: -15,
        noiseTransform: (noise) => noise,
        p: 0.5,
      },
      options,
    );
  const bank = soundBank('addBackgroundNoise', 'sounds', sounds);
  checkChoice('addBackgroundNoise', 'noiseRms', noiseRms, ['relative', 'absolute']);
  checkLimits('addBackgroundNoise', { minSnrDb, maxSnrDb }, decibelValue);
  checkLimits('addBackgroundNoise', { minAbsoluteRmsDb, maxAbsoluteRmsDb }, between(-200, 0));

  return waveformAugmentation('addBackgroundNoise', p, (samples, sampleRate, random) => {
    const level =
      noiseRms === 'relative'
        ? rms(samples) / amplitude(random.uniform(minSnrDb, maxSnrDb))
        : amplitude(random.uniform(minAbsoluteRmsDb, maxAbsoluteRmsDb));
    const noises = bank(sampleRate);
    const part = cutOut(noises[random.integer(noises.length)]!, samples.length, random);
    const { samples: noise } = noiseTransform({ samples: part, sampleRate }, random);
    if (noise.length === 0) return samples.slice();
    const repeated = samplesOf(samples.length, (i) => noise[i % noise.length]!);
    return mixedWithNoise(samples, repeated, level);
  });
}

/** Up to `length` samples, from a random place. */
function cutOut(noise: Float32Array, length: number, random: Random): Float32Array {
  const start = random.integer(Math.max(noise.length - length, 0) + 1);
  return noise.slice(start, start + length);
}
