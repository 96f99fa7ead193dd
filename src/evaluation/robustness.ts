import { type AudioDataset, mapWaveforms } from '../datasets/index.js';
import { EvaluationError } from '../errors.js';
import { createRandom } from '../random.js';
import type { EvaluationResult, Recognition, RobustnessCurve } from '../results/index.js';
import { type FeatureExtractor, type TrainableModel, Trainer } from '../train/index.js';
import { type ConditionKind, conditions, prepareConditions, type RobustnessConditions } from './conditions.js';
import type { EvaluateModelOptions } from './evaluateModel.js';
import { extractorFor } from './extractorFor.js';

/** Settings of {@link robustness}. */
export interface RobustnessOptions
  extends RobustnessConditions,
    Pick<EvaluateModelOptions, 'extractor' | 'batchSize' | 'backend' | 'onUnreadable'> {
  /** Fixes the noise. Default 42. */
  readonly seed?: number;
  /** The evaluation of the sounds as they are, where there is one already: of this data set, from {@link evaluateModel}. */
  readonly clean?: EvaluationResult;
  /** Told of the clips that are done, of all conditions together, and of what is being done to them. */
  readonly onProgress?: (done: number, total: number, condition: string) => void;
}

/**
 * How well a model tells sounds apart as they get worse: accuracy, and the recall of every class, against the severity of noise,
 * other speed, pitch and loudness, missing high tones, and MP3. The same clips in every condition, and the same noise in all
 * loudnesses; the sounds as they are come with every curve as `clean`.
 *
 * The changes are those of `ast-ts/augment`, made to the sound at the data set's sampling rate, before features are extracted. The
 * ratio of sound to noise is exact, for each clip by itself. Gains may take samples out of [-1, 1]; nothing is clipped. MP3 is
 * encoded by LAME and decoded again, its delay taken away; that needs the package `wasm-media-encoders`.
 *
 * @returns a curve for each kind of change that was asked for; put them into an evaluation as `robustness`
 * @throws {RangeError} when nothing is asked for, or a severity is out of range; before any work
 * @throws {EvaluationError} when the encoder of MP3 is not installed, the model does not say which features it needs, or `clean` is of
 * other clips
 * @throws {TrainingError} when the data set does not fit the model
 * @example
 * ```ts
 * const clean = await evaluateModel(model, test);
 * const curves = await robustness(model, test, { noise: [30, 20, 10, 0], lowpass: [4000, 2000], clean });
 * for (const { kind, unit, points } of curves)
 *   for (const { severity, accuracy } of points) console.log(`${kind} ${severity} ${unit}: ${accuracy}`);
 * await saveEvaluation({ ...clean, robustness: curves }, 'evaluation.json');
 * ```
 */
export async function robustness(
  model: TrainableModel & { readonly extractorConfig?: FeatureExtractor['config'] },
  dataset: AudioDataset,
  options: RobustnessOptions,
): Promise<RobustnessCurve[]> {
  const { batchSize = 8, backend, onUnreadable = 'throw', seed = 42, onProgress } = options;
  const random = createRandom([seed, 'robustness']);
  const asked = await prepareConditions(options);
  const extractor = options.extractor ?? extractorFor(model);
  const args = { perDeviceEvalBatchSize: batchSize, onUnreadable, cacheFeatures: false, disableProgress: true };
  const total = (asked.length + (options.clean ? 0 : 1)) * dataset.length;
  let done = 0;
  const recognize = async (sounds: AudioDataset, condition: string): Promise<Recognition> => {
    // A Trainer of its own: one would keep every data set that it has read.
    const trainer = new Trainer({ model, extractor, args, backend });
    const { labels, predictions } = await trainer.predict(sounds, {
      onProgress: (clips) => onProgress?.(done + clips, total, condition),
    });
    done += dataset.length;
    return recognition(labels, predictions, model.labels.length);
  };

  const clean = options.clean ? cleanRecognition(options.clean, dataset) : await recognize(dataset, 'clean');
  const curves: RobustnessCurve[] = [];
  for (const [kind, { unit }] of Object.entries(conditions) as [ConditionKind, { unit: string }][]) {
    const points: (Recognition & { severity: number })[] = [];
    for (const { severity, corrupt } of asked.filter((condition) => condition.kind === kind)) {
      const changed = mapWaveforms(dataset, ({ id, waveform }) => corrupt(waveform, random.fork(kind, id)), {
        name: `${dataset.name} (${kind} ${severity} ${unit})`,
      });
      points.push({ severity, ...(await recognize(changed, `${kind} ${severity} ${unit}`)) });
    }
    if (points.length > 0) curves.push({ kind, unit, clean, points });
  }
  return curves;
}

function recognition(labels: readonly number[], predictions: readonly number[], classes: number): Recognition {
  const right = labels.filter((label, i) => label === predictions[i]);
  const recall = Array.from({ length: classes }, (_, label) => {
    const own = (list: readonly number[]): number => list.filter((each) => each === label).length;
    return own(right) / own(labels);
  });
  return { accuracy: right.length / labels.length, recall };
}

function cleanRecognition({ clips, skipped, labels, name }: EvaluationResult, dataset: AudioDataset): Recognition {
  const known = new Set([...clips, ...skipped].map(({ id }) => id));
  const ids = Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined || clips.length + skipped.length !== ids.length)
    throw new EvaluationError(
      `robustness: clean is the evaluation ${name} of ${known.size} clips, and ${dataset.name} has ${ids.length}` +
        `${missing === undefined ? '' : `, ${missing} among them`}; give one of this data set, or leave it out.`,
    );
  return recognition(
    clips.map(({ label }) => label),
    clips.map(({ prediction }) => prediction),
    labels.length,
  );
}
