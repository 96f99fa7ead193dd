/** Writes lines to the file that is named on the command line until the process is killed. */
import { jsonLinesLog } from '../../src/train/index.js';
import { trainerState } from './trainerState.js';

const log = jsonLinesLog(process.argv[2]!);
const state = trainerState();
await log.onTrainBegin?.(state);
for (let step = 1; ; step++) {
  state.log.push({ step, epoch: 1 / 3, loss: 1 / step, gradNorm: 1, learningRate: 1e-4, samplesPerSecond: 8 });
  await log.onLog?.(state);
}
