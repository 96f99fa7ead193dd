import { platform } from '#platform';
import type { ProgressBar } from '../platform/platform.js';
import type { TrainerCallback } from './callbacks.js';

/**
 * A bar on the terminal with the time left, loss, rate and clips a second; evaluations do not count. Silent where
 * standard error is no terminal. The Trainer shows one by itself, unless `disableProgress` is set.
 *
 * The bar is cleared after every evaluation and epoch, before the callbacks that come after it are told, so that they may
 * print. A callback that prints at every step is better off with `disableProgress`.
 *
 * @example
 * ```ts
 * new Trainer({ ...options, args: { disableProgress: true }, callbacks: [progressBar(), myCallback] });
 * ```
 */
export function progressBar(): TrainerCallback {
  let bar: ProgressBar | undefined;
  // When the step under way began; unknown for the first after an epoch's end, as evaluations take their time there.
  let begun: number | undefined;
  let seconds = 0;
  let timedSteps = 0;
  const pause = (): void => {
    bar?.stop();
    begun = undefined;
  };
  return {
    name: 'progress bar',
    async onTrainBegin() {
      bar = await platform.openProgressBar();
      begun = performance.now();
      [seconds, timedSteps] = [0, 0];
    },
    onStepEnd({ step, totalSteps, log, epoch, backend }) {
      const now = performance.now();
      if (begun !== undefined) {
        seconds += (now - begun) / 1000;
        timedSteps++;
      }
      begun = now;
      const { loss, learningRate, samplesPerSecond } = log.at(-1)!;
      const secondsLeft = (seconds / timedSteps) * (totalSteps - step);
      bar?.update(
        step,
        totalSteps,
        `${formatSeconds(secondsLeft)} left  epoch ${epoch.toFixed(2)}  loss ${loss.toFixed(4)}  ` +
          `${samplesPerSecond.toFixed(1)} clips/s  rate ${learningRate.toExponential(1)}  ${backend}`,
      );
    },
    onEvaluate: pause,
    onEpochEnd: pause,
    onTrainEnd: pause,
  };
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
