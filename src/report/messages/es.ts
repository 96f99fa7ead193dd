import type { en } from './en.js';
import type { Message } from './message.js';

/** The texts of the report in Spanish. */
export const es: Readonly<Record<keyof typeof en, Message>> = {
  'page.title': '{name} en {dataset}',
  'page.comparison': '{count} modelos en {dataset}',
  'page.language': 'Idioma',
  'page.theme': 'Colores',
  'page.theme.auto': 'Automático',
  'page.theme.light': 'Claro',
  'page.theme.dark': 'Oscuro',
  'page.contents': 'Contenido',
  'page.skip': 'Ir a los resultados',
  'page.result': 'Mostrar los resultados de',
  'page.subtitle': '{clips} clips · {labels} clases · {date:date}',
  'page.footer': 'Hecho con ast-ts {version}. Este archivo no necesita red y no envía nada.',
  'page.noscript':
    'Para ordenar, oír los sonidos y ver los espectrogramas hace falta JavaScript; los números están todos sin él.',

  'metric.accuracy': 'Exactitud',
  'metric.balancedAccuracy': 'Exactitud equilibrada',
  'metric.macroF1': 'F1, media de las clases',
  'metric.meanAveragePrecision': 'Precisión media promedio',
  'metric.calibrationError': 'Error de calibración',

  'summary.title': 'Resumen',
  'summary.interval': 'intervalo del 95 %: de {low:%1} a {high:%1}',
  'summary.range': 'de {low:%1} a {high:%1}',
  'summary.answer': ['El modelo acierta en {right} de {count} clip.', 'El modelo acierta en {right} de {count} clips.'],
  'summary.mostConfused': 'Su error más frecuente: toma {truth} por {prediction} ({count} de {support} clips).',
  'summary.best': 'Las que mejor conoce',
  'summary.worst': 'Las que peor conoce',
  'summary.clips': ['{count} clip', '{count} clips'],
  'summary.method': [
    'Intervalos: bootstrap sobre {count} grabación, {draws} sorteos.',
    'Intervalos: bootstrap sobre {count} grabaciones, {draws} sorteos; los clips de una grabación van juntos.',
  ],

  'comparison.title': 'Comparación',
  'comparison.intro':
    'Los mismos {count} clips para todos. Una diferencia es significativa cuando, según la prueba pareada, el azar rara vez daría una igual de grande.',
  'comparison.model': 'Modelo',
  'comparison.reference': 'con el que se comparan los demás',
  'comparison.difference': 'Diferencia de exactitud, intervalo del 95 %',
  'comparison.differenceValue': '{value:+%1} (de {low:+%1} a {high:+%1})',
  'comparison.interval': 'Intervalo del 95 %',
  'comparison.leftOut': [
    'Se omite {count} clip, que no todos pudieron leer.',
    'Se omiten {count} clips, que no todos pudieron leer.',
  ],
  'comparison.onlyOne': 'Acierta solo: el primero / este',
  'comparison.pValue': 'p (McNemar)',
  'comparison.classes': 'F1 de cada clase',
  'comparison.classDifference': '{name}, diferencia',

  'training.title': 'Entrenamiento',
  'training.intro':
    '{steps} pasos: la pérdida de los lotes de entrenamiento y la de las pruebas intermedias, con su exactitud.',

  'confusion.title': 'Matriz de confusión',
  'confusion.intro':
    'Las filas son las clases reales; las columnas, lo que dice el modelo. Elija una celda para ver y oír sus clips.',
  'confusion.order': 'Orden',
  'confusion.order.dataset': 'Del conjunto',
  'confusion.order.recall': 'Exhaustividad',
  'confusion.order.similarity': 'Semejanza',
  'confusion.norm': 'Números',
  'confusion.norm.counts': 'Clips',
  'confusion.norm.true': '% de la clase real',
  'confusion.norm.pred': '% de la clase predicha',
  'confusion.corner': 'real \\ predicha',
  'confusion.table.counts': 'Matriz de confusión, en clips',
  'confusion.table.true': 'Matriz de confusión, en porcentaje de la clase real',
  'confusion.table.pred': 'Matriz de confusión, en porcentaje de la clase predicha',
  'confusion.cellRight': ['{truth}, reconocida: {count} clip', '{truth}, reconocida: {count} clips'],
  'confusion.cellWrong': [
    '{truth} tomada por {prediction}: {count} clip',
    '{truth} tomada por {prediction}: {count} clips',
  ],
  'confusion.legendRight': 'acierto, en la diagonal',
  'confusion.legendWrong': 'error',
  'confusion.keys': '· Las flechas mueven, Intro abre una celda.',
  'confusion.left': [
    'No se muestra {count} clase.',
    'No se muestran {count} clases: las que no tienen clips y las que menos se confunden.',
  ],
  'confusion.sorted': 'La matriz está en el orden «{order}»; sus números son «{norm}».',
  'confusion.clips': 'Clips de la celda elegida',
  'confusion.close': 'Cerrar',

  'classes.title': 'Clases',
  'classes.intro':
    'Precisión: cuántas veces acierta el modelo cuando dice una clase. Exhaustividad: cuántos clips de la clase encuentra. F1 une ambas. Precisión promedio: cómo de bien ordenan sus puntuaciones los clips.',
  'classes.class': 'Clase',
  'classes.precision': 'Precisión',
  'classes.recall': 'Exhaustividad',
  'classes.f1': 'F1',
  'classes.averagePrecision': 'Precisión promedio',
  'classes.support': 'Clips',
  'classes.best': 'mejor',
  'classes.worst': 'peor',
  'classes.macro': 'Media de las clases',
  'classes.weighted': 'Media de los clips',
  'classes.sortedUp': 'Ordenado por {column}, de menor a mayor.',
  'classes.sortedDown': 'Ordenado por {column}, de mayor a menor.',

  'pairs.title': 'Lo que más se confunde',
  'pairs.intro':
    'Lo que el modelo más confunde. A la izquierda, un clip confundido; a la derecha, uno típico de la clase por la que se toma.',
  'pairs.none': 'Ninguna clase se toma por otra.',
  'pairs.pair': '{truth} → {prediction}',
  'pairs.count': ['{count} clip, el {rate:%0} de {truth}', '{count} clips, el {rate:%0} de {truth}'],

  'calibration.title': 'Calibración',
  'calibration.intro':
    'Cuando el modelo dice 80 %, ¿acierta el 80 % de las veces? Barras por debajo de la diagonal: está demasiado seguro de sí.',
  'calibration.error': 'Error de calibración esperado, 10 intervalos',
  'calibration.temperature': 'Temperatura que mejor ajusta',
  'calibration.temperatureMeaning.above': 'más de 1: demasiado seguro',
  'calibration.temperatureMeaning.below': 'menos de 1: poco seguro',
  'calibration.afterwards': 'Error con esa temperatura',
  'calibration.note': 'La temperatura se ajusta con estos mismos clips: lo que da en ellos es una cota inferior.',

  'bias.title': 'Sesgo de las predicciones',
  'bias.intro': 'Cuántas veces dice el modelo una clase frente a cuántas veces está.',
  'bias.true': 'Reales',
  'bias.predicted': 'Predichas',
  'bias.difference': 'Diferencia',

  'mistakes.title': 'Clips mal clasificados',
  'mistakes.intro': ['{count} clip.', '{count} clips; primero, aquellos de los que el modelo estaba más seguro.'],
  'mistakes.introAttention': [
    '{count} clip.',
    '{count} clips; primero, aquellos de los que el modelo estaba más seguro. «Atención» oscurece lo que no miró.',
  ],
  'mistakes.none': 'No hay ninguno.',

  'robustness.title': 'Robustez',
  'robustness.intro': 'La exactitud a medida que los sonidos empeoran.',
  'robustness.table': 'Robustez: {kind}',
  'robustness.classes': 'Exhaustividad de cada clase',
  'robustness.clean': 'sin cambios',

  'clip.right': '{truth}, reconocida',
  'clip.wrong': '{truth} tomada por {prediction}',
  'clip.scores': 'Puntuaciones de {id}',
  'clip.trueClass': 'real',
  'clip.spectrogram': 'Espectrograma de {id}',
  'clip.play': 'Reproducir {id}',
  'clip.position': 'Posición en {id}, en segundos',
  'clip.attention': 'Atención',
  'clip.noMedia': 'Omitido para que este archivo sea pequeño',

  'facts.title': 'Qué se ha evaluado',
  'facts.model': 'Modelo',
  'facts.dataset': 'Conjunto de datos',
  'facts.size': 'Tamaño',
  'facts.sizeValue': '{clips} clips, {labels} clases, sonidos a {rate} kHz',
  'facts.date': 'Fecha',
  'facts.time': 'Tiempo',
  'facts.timeValue': '{seconds:1} s, {each:0} ms por clip',
  'facts.versions': 'Versiones',
  'facts.sounds': 'Sonidos en este archivo',
  'facts.skipped': ['No se pudo leer {count} grabación', 'No se pudieron leer {count} grabaciones'],
  'facts.settings': 'Ajustes',

  'sounds.included': '{sounds} de {clips} clips con sonido (16 kHz, IMA ADPCM), {images} con espectrograma.',
  'sounds.limited':
    '{sounds} de {clips} clips con sonido (16 kHz, IMA ADPCM), {images} con espectrograma; el resto se omitió para que este archivo no llegue a {megabytes:1} MB.',
  'sounds.errors':
    '{sounds} de {clips} clips con sonido (16 kHz, IMA ADPCM): los mal clasificados y sus contrapartes; {images} con espectrograma.',
  'sounds.none': 'Ninguno, como se pidió; {images} de {clips} clips con espectrograma.',
  'sounds.noDataset':
    'Ninguno: el informe se hizo sin el conjunto de datos, así que no hay reproductores ni espectrogramas.',
};
