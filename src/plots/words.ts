/** What stands on pictures, in the languages that they speak. */

const en = {
  time: 'Time (s)',
  frequency: 'Frequency (Hz)',
  amplitude: 'Amplitude',
  level: 'Level (dB)',
  levelOfLoudest: 'Level (dB, loudest = 0)',
  padding: 'padding',
  spectrogram: 'Spectrogram',
  waveform: 'Waveform',
  confusionMatrix: 'Confusion matrix',
  truth: 'True class',
  prediction: 'Predicted class',
  clips: 'Clips',
  percentOfTruth: '% of true class',
  percentOfPrediction: '% of predictions',
  percentOfAll: '% of all clips',
  trainingCurves: 'Training curves',
  epoch: 'Epoch',
  loss: 'Loss',
  trainLoss: 'training',
  evalLoss: 'evaluation',
  accuracy: 'Accuracy',
  learningRate: 'Learning rate',
  perClass: 'Scores of each class',
  precision: 'Precision',
  recall: 'Recall',
  f1Score: 'F1',
  support: 'Clips',
  best: 'best',
  worst: 'worst',
};

const es: Words = {
  time: 'Tiempo (s)',
  frequency: 'Frecuencia (Hz)',
  amplitude: 'Amplitud',
  level: 'Nivel (dB)',
  levelOfLoudest: 'Nivel (dB, máximo = 0)',
  padding: 'relleno',
  spectrogram: 'Espectrograma',
  waveform: 'Forma de onda',
  confusionMatrix: 'Matriz de confusión',
  truth: 'Clase real',
  prediction: 'Clase predicha',
  clips: 'Clips',
  percentOfTruth: '% de la clase real',
  percentOfPrediction: '% de las predicciones',
  percentOfAll: '% de todos los clips',
  trainingCurves: 'Curvas de entrenamiento',
  epoch: 'Época',
  loss: 'Pérdida',
  trainLoss: 'entrenamiento',
  evalLoss: 'evaluación',
  accuracy: 'Exactitud',
  learningRate: 'Tasa de aprendizaje',
  perClass: 'Resultados por clase',
  precision: 'Precisión',
  recall: 'Exhaustividad',
  f1Score: 'F1',
  support: 'Clips',
  best: 'mejor',
  worst: 'peor',
};

/** The words of a language. */
export type Words = { readonly [Key in keyof typeof en]: string };

export const languages: Readonly<Record<'en' | 'es', Words>> = { en, es };

/** A number as the language writes it: `1,500` and `0.5`, or `1500` and `0,5`; with a true minus sign. */
export function formatNumber(value: number, language: 'en' | 'es', digits = 6): string {
  return new Intl.NumberFormat(language, { maximumSignificantDigits: digits }).format(value).replace('-', '−');
}
