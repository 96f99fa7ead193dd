export { csvLog } from './csvLog.js';
export { type EarlyStoppingOptions, earlyStopping } from './earlyStopping.js';
export { exponentialMovingAverage } from './exponentialMovingAverage.js';
export { jsonLinesLog } from './jsonLinesLog.js';
export type { MonitorOptions } from './monitor.js';
export { type ReduceOnPlateauOptions, reduceOnPlateau } from './reduceOnPlateau.js';
export { tensorBoard } from './tensorBoard/tensorBoard.js';
