import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platform } from '../../src/platform/node.js';
import { progressBar, type TrainerState } from '../../src/train/index.js';
import { trainerState } from '../support/trainerState.js';

const stateAt = (step: number): TrainerState =>
  trainerState({
    step,
    epoch: step / 3,
    log: [{ step, epoch: step / 3, loss: 0.5, gradNorm: 1, learningRate: 1e-4, samplesPerSecond: 8 }],
  });

describe('the progress bar of a run', () => {
  const shown: string[] = [];
  beforeEach(() => {
    shown.length = 0;
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.spyOn(platform, 'openProgressBar').mockResolvedValue({
      update: (done, total, text) => shown.push(`${done}/${total} ${text}`),
      stop: () => shown.push('cleared'),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('tells the time left, without what evaluations take', async () => {
    const bar = progressBar();
    await bar.onTrainBegin!(stateAt(0));
    for (let step = 1; step <= 3; step++) {
      vi.advanceTimersByTime(10_000);
      await bar.onStepEnd!(stateAt(step));
    }
    vi.advanceTimersByTime(500_000);
    await bar.onEvaluate!(stateAt(3));
    vi.advanceTimersByTime(500_000);
    await bar.onEpochEnd!(stateAt(3));
    vi.advanceTimersByTime(500_000); // a callback after it
    await bar.onStepEnd!(stateAt(4));
    vi.advanceTimersByTime(10_000);
    await bar.onStepEnd!(stateAt(5));
    await bar.onTrainEnd!(stateAt(5));
    expect(shown.map((text) => text.replace(/ {2}epoch.*/, ''))).toEqual([
      '1/6 0:50 left',
      '2/6 0:40 left',
      '3/6 0:30 left',
      'cleared',
      'cleared',
      '4/6 0:20 left',
      '5/6 0:10 left',
      'cleared',
    ]);
    expect(shown[0]).toBe('1/6 0:50 left  epoch 0.33  loss 0.5000  8.0 clips/s  rate 1.0e-4  cpu');
  });

  it('starts anew with every run', async () => {
    const bar = progressBar();
    await bar.onTrainBegin!(stateAt(0));
    vi.advanceTimersByTime(60_000);
    await bar.onStepEnd!(stateAt(1));
    await bar.onTrainEnd!(stateAt(1));
    await bar.onTrainBegin!(stateAt(0));
    vi.advanceTimersByTime(1_000);
    await bar.onStepEnd!(stateAt(1));
    expect(shown.at(-1)).toMatch(/^1\/6 0:05 left/);
  });
});
