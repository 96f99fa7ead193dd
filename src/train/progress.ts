import { platform } from '#platform';
import type { ProgressBar } from '../platform/platform.js';
import type { TrainerCallback } from './callbacks.js';

/**
 * A bar on the terminal with loss, rate, clips a second and time left. Silent where standard error is no terminal. The
 * Trainer shows one by itself, unless `disableProgress` is set.
 *
 * @example
 * ```ts
 * new Trainer({ ...options, args: { disableProgress: true }, callbacks: [progressBar(), myCallback] });
 * ```
 */
export function progressBar(): TrainerCallback {
  let bar: ProgressBar | undefined;
  let begun = 0;
  return {
    name: 'progress bar',
    async onTrainBegin() {
      bar = await platform.openProgressBar();
      begun = performance.now();
    },
    onStepEnd({ step, totalSteps, log, epoch, backend }) {
      const { loss, learningRate, samplesPerSecond } = log.at(-1)!;
      const secondsLeft = ((performance.now() - begun) / 1000 / step) * (totalSteps - step);
      bar?.update(
        step,
        totalSteps,
        `epoch ${epoch.toFixed(2)}  loss ${loss.toFixed(4)}  rate ${learningRate.toExponential(1)}  ` +
          `${samplesPerSecond.toFixed(1)} clips/s on ${backend}  ${formatSeconds(secondsLeft)} left`,
      );
    },
    onTrainEnd: () => bar?.stop(),
  };
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
