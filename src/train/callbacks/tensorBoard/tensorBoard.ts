import type { FileSystem } from '../../../platform/platform.js';
import type { TrainerCallback } from '../../callbacks.js';
import { requireFiles } from '../lineLog.js';
import { restartEvent, scalarsEvent, versionEvent } from './events.js';

/**
 * Writes a run for TensorBoard (Node): `train/loss`, `train/gradNorm`, `train/learningRate`, … of every step that is logged,
 * and `eval/loss`, `eval/accuracy`, … of every evaluation. Look at it with `tensorboard --logdir runs`, also while it goes on.
 *
 * A run that is resumed gets another event file in the directory, and TensorBoard then drops what the first had after the
 * checkpoint. A run that begins makes it drop all before it: give each run a directory of its own to see them side by side.
 *
 * @param directory where the event files go; it is made
 * @throws {TrainingError} in browsers
 *
 * @example
 * ```ts
 * new Trainer({ model, extractor, trainDataset, callbacks: [tensorBoard('runs/birds')] });
 * ```
 */
export function tensorBoard(directory: string): TrainerCallback {
  const files = requireFiles('tensorBoard');
  let path = '';
  const write = (event: Uint8Array): Promise<void> => files.appendFile(path, event);
  return {
    name: `tensorBoard ${directory}`,
    async onTrainBegin({ step }) {
      path = await newEventFile(files, directory);
      await files.writeFile(path, [versionEvent(now()), restartEvent(now(), step + 1)]);
    },
    onLog(state) {
      const { step, ...numbers } = state.log.at(-1)!;
      return write(scalarsEvent(now(), step, tagged('train', numbers)));
    },
    onEvaluate(state) {
      const { step, ...numbers } = state.evaluations.at(-1)!;
      return write(scalarsEvent(now(), step, tagged('eval', numbers)));
    },
  };
}

const now = (): number => Date.now() / 1000;

/** TensorBoard finds event files by `tfevents` in their names, and reads them in the order of these. */
async function newEventFile(files: FileSystem, directory: string): Promise<string> {
  for (let time = Date.now(); ; time++) {
    const path = files.join(directory, `events.out.tfevents.${(time / 1000).toFixed(3)}.ast-ts`);
    if (!(await files.stat(path))) return path;
  }
}

/** `evalMacroF1` becomes `eval/macroF1`: TensorBoard groups charts by what is before the slash. */
const tagged = (group: string, numbers: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => {
      const own = name.startsWith(group) ? name.slice(group.length) : name;
      return [`${group}/${own[0]!.toLowerCase()}${own.slice(1)}`, value];
    }),
  );
