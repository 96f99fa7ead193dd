/** Names of the learning-rate schedules, as in Hugging Face's `lr_scheduler_type`. */
export type SchedulerType = 'linear' | 'cosine' | 'constant' | 'constant_with_warmup';

/** Factor on the learning rate at an optimizer step, counted from 0. */
export type Schedule = (step: number) => number;

const decays: Record<SchedulerType, (progress: number) => number> = {
  linear: (progress) => Math.max(0, 1 - progress),
  cosine: (progress) => Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress))),
  constant: () => 1,
  constant_with_warmup: () => 1,
};

/** The names there are. */
export const schedulerTypes = Object.keys(decays) as SchedulerType[];

/**
 * A learning-rate schedule of transformers' `get_scheduler`: linear warm-up from 0, then linear or half-cosine decay to
 * 0, or constant. `'constant'` has no warm-up.
 *
 * @param plan `totalSteps`: optimizer steps of the whole run; `warmupSteps`: steps until the full rate
 * @example
 * ```ts
 * const factor = learningRateSchedule('cosine', { totalSteps: 100, warmupSteps: 10 });
 * factor(0); // 0
 * factor(10); // 1
 * ```
 */
export function learningRateSchedule(type: SchedulerType, plan: { totalSteps: number; warmupSteps: number }): Schedule {
  const { totalSteps, warmupSteps } = plan;
  const decay = decays[type];
  if (!decay) throw new RangeError(`Expected a schedule of ${schedulerTypes.join(', ')}; got '${type}'.`);
  const warmup = type === 'constant' ? 0 : warmupSteps;
  return (step) =>
    step < warmup ? step / Math.max(1, warmup) : decay((step - warmup) / Math.max(1, totalSteps - warmup));
}
