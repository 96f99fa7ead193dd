export type { ColorMapName } from './colorMap.js';
export { type ConfusionMatrixPlotOptions, plotConfusionMatrix } from './confusionMatrix.js';
export { type PerClassOptions, plotPerClass } from './perClass.js';
export type { Picture, PictureOptions } from './picture.js';
export { plotSpectrogram, type SpectrogramOptions } from './spectrogram.js';
export { plotTrainingCurves, type TrainingCurvesOptions } from './trainingCurves.js';
export { plotWaveform } from './waveform.js';
