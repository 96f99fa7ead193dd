/** Names of the learning-rate schedules: those of Hugging Face's `lr_scheduler_type`, and the step decay of AST's authors. */
export type SchedulerType =
  | 'linear'
  | 'cosine'
  | 'cosine_with_restarts'
  | 'polynomial'
  | 'constant'
  | 'constant_with_warmup'
  | 'inverse_sqrt'
  | 'reduce_lr_on_plateau'
  | 'step';

/** Factor on the learning rate at an optimizer step, counted from 0. */
export type Schedule = (step: number) => number;

/** Settings of single schedules, as in Hugging Face's `lr_scheduler_kwargs`. Those of another schedule are refused. */
export interface ScheduleOptions {
  /** Waves of `cosine` (default 0.5: half a wave, from 1 to 0), or descents of `cosine_with_restarts` (default 1). */
  numCycles?: number;
  /** Power of `polynomial`. Default 1. */
  power?: number;
  /** Rate at which `polynomial` ends, below the peak. Default 1e-7. */
  lrEnd?: number;
  /** Steps after which `inverse_sqrt` would have fallen from 1 to √½, had it no warm-up. Default: the warm-up's, or 10,000 without one. */
  timescale?: number;
  /** Epochs at the full rate before `step` falls. Default 5. */
  startEpoch?: number;
  /** Epochs from one fall of `step` to the next. Default 1. */
  stepSize?: number;
  /** What the rate is multiplied by at each fall of `step`. Default 0.85. */
  gamma?: number;
}

/** What a schedule is planned for. */
export interface SchedulePlan {
  /** Optimizer steps of the whole run. */
  totalSteps: number;
  /** Optimizer steps until the full rate. */
  warmupSteps: number;
  /** Optimizer steps an epoch; `step` needs it. */
  stepsPerEpoch?: number;
  /** The peak rate; `polynomial` needs it, as it ends at a rate and not at a share of one. */
  learningRate?: number;
  options?: ScheduleOptions;
}

/** A schedule after its warm-up, which most of them have. */
interface Decay {
  readonly warmsUp: boolean;
  readonly options: readonly (keyof ScheduleOptions)[];
  /** Factor by the step, from 0, and by the share of the steps after the warm-up that are done: [0, 1], or more beyond the end. */
  plan(plan: SchedulePlan, options: ScheduleOptions): (step: number, progress: number) => number;
}

const constant: Decay = { warmsUp: false, options: [], plan: () => () => 1 };

const decays: Record<SchedulerType, Decay> = {
  linear: { warmsUp: true, options: [], plan: () => (_, progress) => Math.max(0, 1 - progress) },
  cosine: {
    warmsUp: true,
    options: ['numCycles'],
    plan:
      (_, { numCycles = 0.5 }) =>
      (_, progress) =>
        0.5 * (1 + Math.cos(Math.PI * numCycles * 2 * progress)),
  },
  cosine_with_restarts: {
    warmsUp: true,
    options: ['numCycles'],
    plan:
      (_, { numCycles = 1 }) =>
      (_, progress) =>
        progress >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * ((numCycles * progress) % 1))),
  },
  polynomial: {
    warmsUp: true,
    options: ['power', 'lrEnd'],
    plan({ learningRate }, { power = 1, lrEnd = 1e-7 }) {
      if (learningRate === undefined || !(learningRate > lrEnd))
        throw new RangeError(
          `The schedule 'polynomial' needs a learningRate above lrEnd ${lrEnd}, got ${learningRate}.`,
        );
      const end = lrEnd / learningRate;
      return (_, progress) => (1 - end) * Math.max(0, 1 - progress) ** power + end;
    },
  },
  constant,
  constant_with_warmup: { ...constant, warmsUp: true },
  inverse_sqrt: {
    warmsUp: true,
    options: ['timescale'],
    plan:
      ({ warmupSteps }, { timescale = warmupSteps || 10_000 }) =>
      (step) =>
        1 / Math.sqrt((step - warmupSteps + timescale) / timescale),
  },
  reduce_lr_on_plateau: constant,
  step: {
    warmsUp: true,
    options: ['startEpoch', 'stepSize', 'gamma'],
    plan({ stepsPerEpoch }, { startEpoch = 5, stepSize = 1, gamma = 0.85 }) {
      if (!stepsPerEpoch) throw new RangeError(`The schedule 'step' needs stepsPerEpoch, got ${stepsPerEpoch}.`);
      return (step) => {
        const epoch = Math.floor(step / stepsPerEpoch);
        return epoch < startEpoch ? 1 : gamma ** (1 + Math.floor((epoch - startEpoch) / stepSize));
      };
    },
  },
};

/** The names there are. */
export const schedulerTypes = Object.keys(decays) as SchedulerType[];

/**
 * A learning-rate schedule of transformers' `get_scheduler`: a linear warm-up from 0, then what its name says.
 *
 * - `linear`, `cosine`, `polynomial`: down to 0, or to `lrEnd`, at the last step; `cosine_with_restarts` goes back to 1
 *   in between
 * - `inverse_sqrt`: with the root of the steps, without an end
 * - `step`: torch's `MultiStepLR` as the authors of AST set it for ESC-50: five epochs at the full rate, then × 0.85 with
 *   each epoch
 * - `constant_with_warmup`; and without a warm-up `constant`, and `reduce_lr_on_plateau`, which is what
 *   {@link reduceOnPlateau} makes of a constant
 *
 * @throws {RangeError} for an unknown type, an option that is not of this type or out of range, and when `polynomial` is
 * not told the rate or `step` the length of an epoch
 *
 * @example
 * ```ts
 * const factor = learningRateSchedule('cosine', { totalSteps: 100, warmupSteps: 10 });
 * factor(0); // 0
 * factor(10); // 1
 * ```
 */
export function learningRateSchedule(type: SchedulerType, plan: SchedulePlan): Schedule {
  const decay = decays[type];
  if (!decay) throw new RangeError(`Expected a schedule of ${schedulerTypes.join(', ')}; got '${type}'.`);
  const { totalSteps, warmupSteps, options = {} } = plan;
  checkOptions(type, options);
  const factorAt = decay.plan(plan, options);
  const warmup = decay.warmsUp ? warmupSteps : 0;
  return (step) =>
    step < warmup ? step / Math.max(1, warmup) : factorAt(step, (step - warmup) / Math.max(1, totalSteps - warmup));
}

function checkOptions(type: SchedulerType, options: ScheduleOptions): void {
  const known = decays[type].options;
  for (const [name, value] of Object.entries(options) as [keyof ScheduleOptions, number | undefined][]) {
    if (value === undefined) continue;
    if (!known.includes(name))
      throw new RangeError(`The schedule '${type}' has no option '${name}'; it has ${known.join(', ') || 'none'}.`);
    if (!Number.isFinite(value) || value < 0 || (value === 0 && (name === 'timescale' || name === 'stepSize')))
      throw new RangeError(`Expected ${name} of the schedule '${type}' to be a positive number, got ${value}.`);
  }
}
