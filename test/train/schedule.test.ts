import { describe, expect, it } from 'vitest';
import { learningRateSchedule, type ScheduleOptions, type SchedulerType } from '../../src/train/index.js';
import { schedulerTypes } from '../../src/train/schedule.js';

/** Decimals that agree with the formula; it is evaluated in another order. */
const DECIMALS = 12;
const TOTAL = 40;
const RATE = 2e-4;
const PER_EPOCH = 4;

/** What comes after the warm-up, by the step: the formulas of transformers' optimization.py, and torch's MultiStepLR. */
type Formula = (step: number, warmup: number) => number;
const share = (step: number, warmup: number) => (step - warmup) / (TOTAL - warmup);

const cases: [SchedulerType, ScheduleOptions | undefined, Formula][] = [
  ['linear', undefined, (step, warmup) => Math.max(0, (TOTAL - step) / (TOTAL - warmup))],
  ['cosine', undefined, (step, warmup) => 0.5 * (1 + Math.cos(Math.PI * 0.5 * 2 * share(step, warmup)))],
  ['cosine', { numCycles: 2 }, (step, warmup) => 0.5 * (1 + Math.cos(Math.PI * 2 * 2 * share(step, warmup)))],
  [
    'cosine_with_restarts',
    undefined,
    (step, warmup) => (step >= TOTAL ? 0 : 0.5 * (1 + Math.cos(Math.PI * (share(step, warmup) % 1)))),
  ],
  [
    'cosine_with_restarts',
    { numCycles: 3 },
    (step, warmup) => (step >= TOTAL ? 0 : 0.5 * (1 + Math.cos(Math.PI * ((3 * share(step, warmup)) % 1)))),
  ],
  [
    'polynomial',
    undefined,
    (step, warmup) => (step > TOTAL ? 1e-7 : (RATE - 1e-7) * (1 - share(step, warmup)) + 1e-7) / RATE,
  ],
  [
    'polynomial',
    { power: 2, lrEnd: 1e-5 },
    (step, warmup) => (step > TOTAL ? 1e-5 : (RATE - 1e-5) * (1 - share(step, warmup)) ** 2 + 1e-5) / RATE,
  ],
  ['constant_with_warmup', undefined, () => 1],
  [
    'inverse_sqrt',
    undefined,
    (step, warmup) => 1 / Math.sqrt((step + (warmup || 10_000) - warmup) / (warmup || 10_000)),
  ],
  ['inverse_sqrt', { timescale: 25 }, (step, warmup) => 1 / Math.sqrt((step + 25 - warmup) / 25)],
  [
    'step',
    undefined,
    (step) =>
      [5, 6, 7, 8, 9, 10].filter((milestone) => milestone <= Math.floor(step / PER_EPOCH)).reduce((f) => 0.85 * f, 1),
  ],
  [
    'step',
    { startEpoch: 2, stepSize: 3, gamma: 0.1 },
    (step) => [2, 5, 8].filter((milestone) => milestone <= Math.floor(step / PER_EPOCH)).reduce((f) => 0.1 * f, 1),
  ],
];

const planOf = (warmupSteps: number, options?: ScheduleOptions) => ({
  totalSteps: TOTAL,
  warmupSteps,
  stepsPerEpoch: PER_EPOCH,
  learningRate: RATE,
  options,
});

describe('a learning-rate schedule', () => {
  describe.each([0, 7])('with %i steps of warm-up', (warmup) => {
    it.each(cases)('%s %o is its formula at every step', (type, options, formula) => {
      const schedule = learningRateSchedule(type, planOf(warmup, options));
      for (let step = 0; step <= TOTAL + 2; step++) {
        const expected = step < warmup ? step / warmup : formula(step, warmup);
        expect(schedule(step), `step ${step}`).toBeCloseTo(expected, DECIMALS);
      }
    });

    it.each(['constant', 'reduce_lr_on_plateau'] as const)('%s is 1 from the first step', (type) => {
      const schedule = learningRateSchedule(type, planOf(warmup));
      for (let step = 0; step <= TOTAL; step++) expect(schedule(step)).toBe(1);
    });
  });

  it('is compared with a formula for every name there is', () => {
    const compared = new Set([...cases.map(([type]) => type), 'constant', 'reduce_lr_on_plateau']);
    expect([...compared].sort()).toEqual([...schedulerTypes].sort());
  });

  it('step falls after the fifth epoch, as MultiStepLR(range(5, 1000), 0.85) in the recipe of AST', () => {
    const schedule = learningRateSchedule('step', { totalSteps: 25, warmupSteps: 0, stepsPerEpoch: 1 });
    // torch.optim.lr_scheduler.MultiStepLR, stepped after each epoch: the rate of epochs 1, 5, 6, 7 and 25.
    for (const [epoch, expected] of [
      [1, 1],
      [5, 1],
      [6, 0.85],
      [7, 0.7225],
      [25, 0.03875953],
    ] as const)
      expect(schedule(epoch - 1)).toBeCloseTo(expected, 8);
  });

  it('survives a run that is all warm-up', () => {
    for (const type of schedulerTypes) {
      const schedule = learningRateSchedule(type, { ...planOf(TOTAL), warmupSteps: TOTAL });
      for (let step = 0; step <= TOTAL; step++) expect(schedule(step)).toBeGreaterThanOrEqual(0);
    }
  });

  it.each<[SchedulerType, Partial<ReturnType<typeof planOf>>, string]>([
    ['quadratic' as SchedulerType, {}, 'Expected a schedule of linear, cosine'],
    ['linear', { options: { power: 2 } }, "The schedule 'linear' has no option 'power'; it has none."],
    ['polynomial', { options: { gamma: 0.5 } }, 'it has power, lrEnd'],
    ['polynomial', { options: { power: Number.NaN } }, 'Expected power'],
    ['polynomial', { learningRate: undefined }, "'polynomial' needs a learningRate above lrEnd 1e-7, got undefined"],
    ['polynomial', { options: { lrEnd: 1 } }, 'got 0.0002'],
    ['step', { stepsPerEpoch: undefined }, "'step' needs stepsPerEpoch"],
    ['step', { options: { stepSize: 0 } }, 'Expected stepSize'],
  ])('refuses %s with %o', (type, plan, message) => {
    const make = () => learningRateSchedule(type, { ...planOf(0), ...plan });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});
