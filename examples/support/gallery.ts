/** Numbers that the gallery shows and does not compute with the library. */
import type { Random } from '../../src/index.js';
import type { ClassFrequencies, ReliabilityRange } from '../../src/plots/index.js';

/** The classes of ESC-50 (Piczak 2015). */
export const esc50Labels =
  'dog rooster pig cow frog cat hen insects sheep crow rain sea_waves crackling_fire crickets chirping_birds water_drops wind pouring_water toilet_flush thunderstorm crying_baby sneezing clapping breathing coughing footsteps laughing brushing_teeth snoring drinking_sipping door_wood_knock mouse_click keyboard_typing door_wood_creaks can_opening washing_machine vacuum_cleaner clock_alarm clock_tick glass_breaking helicopter chainsaw siren car_horn engine train church_bells airplane fireworks hand_saw'.split(
    ' ',
  );

/** Eight clips of each class, of which a part is taken for a neighbour or for any class. */
export function invented(classes: number, random: Random): { truth: number[]; predictions: number[] } {
  const truth = Array.from({ length: 8 * classes }, (_, i) => Math.floor(i / 8));
  const predictions = truth.map((label) => {
    const chance = random.uniform();
    if (chance < 0.78 + 0.2 * Math.sin(label)) return label;
    return chance < 0.93 ? (label + 1) % classes : random.integer(classes);
  });
  return { truth, predictions };
}

/** How often each class is true, and how often it is predicted. */
export function frequenciesOf(truth: number[], predictions: number[], classes: number): ClassFrequencies[] {
  const share = (values: number[], label: number): number =>
    values.filter((value) => value === label).length / values.length;
  return Array.from({ length: classes }, (_, label) => ({
    trueFrequency: share(truth, label),
    predictedFrequency: share(predictions, label),
  }));
}

/** Ten ranges of confidence with what is known of their clips. */
export function calibrationOf(
  truth: number[],
  logits: number[][],
): { bins: ReliabilityRange[]; expectedCalibrationError: number } {
  const clips = logits.map((row, i) => {
    const most = Math.max(...row);
    const confidence = 1 / row.reduce((sum, value) => sum + Math.exp(value - most), 0);
    return { confidence, isRight: row.indexOf(most) === truth[i] };
  });
  const bins = Array.from({ length: 10 }, (_, i) => {
    const own = clips.filter(({ confidence }) => Math.min(9, Math.floor(10 * confidence)) === i);
    return {
      low: i / 10,
      high: (i + 1) / 10,
      count: own.length,
      confidence: own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
      accuracy: own.filter(({ isRight }) => isRight).length / own.length,
    };
  });
  const gaps = bins
    .filter(({ count }) => count > 0)
    .map(({ count, confidence, accuracy }) => count * Math.abs(confidence - accuracy));
  return { bins, expectedCalibrationError: gaps.reduce((sum, gap) => sum + gap, 0) / clips.length };
}
