import { between, checkChoice, checkLimits, completeOptions, integer } from './options.js';
import { withProbability } from './probability.js';
import type { FeatureAugmentation } from './types.js';

/** Settings of {@link timeRoll}. */
export interface TimeRollOptions {
  /** Smallest shift, in `shiftUnit`; below 0 is towards the start. Default -0.5. */
  readonly minShift?: number;
  /** Largest shift, in `shiftUnit`. Default 0.5. */
  readonly maxShift?: number;
  /** A fraction of all frames, [-1, 1], or a whole number of frames. Default `'fraction'`. */
  readonly shiftUnit?: 'fraction' | 'frames';
  /** Probability of applying it to a clip, [0, 1]. Default 1. */
  readonly p?: number;
}

/**
 * Moves features in time, round the end, as `torch.roll` does; padding moves along. {@link shift} does so to waveforms; on
 * features it costs next to nothing, and they can be cached. The authors of AST roll by up to 10 frames
 * (`{ minShift: -10, maxShift: 10, shiftUnit: 'frames' }`).
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const augment = timeRoll({ minShift: -10, maxShift: 10, shiftUnit: 'frames' });
 * ```
 */
export function timeRoll(options: TimeRollOptions = {}): FeatureAugmentation {
  const { minShift, maxShift, shiftUnit, p } = completeOptions<Required<TimeRollOptions>>(
    'timeRoll',
    { minShift: -0.5, maxShift: 0.5, shiftUnit: 'fraction', p: 1 },
    options,
  );
  checkChoice('timeRoll', 'shiftUnit', shiftUnit, ['fraction', 'frames']);
  checkLimits('timeRoll', { minShift, maxShift }, shiftUnit === 'frames' ? integer : between(-1, 1));

  return withProbability('timeRoll', p, ({ data, frames, bins }, random) => {
    const places =
      shiftUnit === 'frames'
        ? minShift + random.integer(maxShift - minShift + 1)
        : Math.round(random.uniform(minShift, maxShift) * frames);
    const first = frames === 0 ? 0 : ((places % frames) + frames) % frames; // where frame 0 goes
    const rolled = new Float32Array(data.length);
    rolled.set(data.subarray(0, (frames - first) * bins), first * bins);
    rolled.set(data.subarray((frames - first) * bins));
    return { data: rolled, frames, bins };
  });
}
