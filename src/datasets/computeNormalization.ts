import type { FeatureExtractor } from '../audio/index.js';
import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';
import type { UnreadableOptions } from './examples.js';
import { featureSource } from './featureSource.js';

/** Settings of {@link computeNormalization}. */
export type ComputeNormalizationOptions = UnreadableOptions & {
  /** Told after every clip. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** Statistics of features, as an extractor's settings take them. */
export interface Normalization {
  /** Mean of all values, before normalisation. */
  readonly mean: number;
  /** Their standard deviation (n - 1 in the denominator, as `torch.std`). */
  readonly std: number;
}

/** Count, mean and sum of squared distances from it. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

/**
 * The mean and standard deviation of a data set's features, with which AST's inputs are normalised. Counted as in
 * `get_norm_stats.py` of [AST's authors](https://github.com/YuanGongND/ast): over the values of all clips, all frames and all
 * bins, before normalisation, in inputs of `maxLength` frames. So the zeros that a short clip is padded with count, and what
 * is cut off a long one does not; choose `maxLength` first. Their script averages over batches of 1000 clips and leaves
 * mixup and masking on; this is exact, and of the clips as they are.
 *
 * One pass in double precision: a clip's features are dropped when they are counted. Compute it of the training data only.
 * Stored features (`cacheFeatures`) of the same extractor are read instead of sounds.
 *
 * @param extractor Its own `mean` and `std` do not matter: they are taken back out.
 * @throws DatasetError at the first recording that cannot be read, unless they are skipped (and put on `skipped`), and when
 * there is none that can.
 *
 * @example
 * ```ts
 * const { config } = new MelSpectrogramExtractor({ maxLength: 512 });
 * const normalization = await computeNormalization(train, new MelSpectrogramExtractor(config));
 * const extractor = new MelSpectrogramExtractor({ ...config, ...normalization });
 * ```
 */
export async function computeNormalization(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  options: ComputeNormalizationOptions = {},
): Promise<Normalization> {
  const read = featureSource(dataset, extractor);
  const { scale, offset } = normalizationOf(extractor);
  let all: Moments = { count: 0, mean: 0, squares: 0 };
  for (let index = 0; index < dataset.length; index++) {
    try {
      all = merge(all, momentsOf((await read(index)).data));
    } catch (error) {
      if (!(error instanceof DatasetError) || options.onUnreadable !== 'skip') throw error;
      options.skipped.push({ id: dataset.idOf(index), reason: error.message });
    }
    options.onProgress?.(index + 1, dataset.length);
  }
  if (all.count < 2)
    throw new DatasetError(`${dataset.name}: none of its ${dataset.length} recordings can be read, so it has no mean.`);
  return { mean: scale * all.mean + offset, std: scale * Math.sqrt(all.squares / (all.count - 1)) };
}

/** What takes normalised values back: value = scale * normalised + offset. */
function normalizationOf({ config }: FeatureExtractor): { scale: number; offset: number } {
  if (!config?.doNormalize) return { scale: 1, offset: 0 };
  const divisor = 'hopLength' in config ? config.std : 2 * config.std; // LogMelConfig divides by std, AST by 2 std
  return { scale: divisor, offset: config.mean };
}

/** Of one clip: two passes over values at hand, which loses nothing to large means. */
function momentsOf(values: Float32Array): Moments {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { count: values.length, mean, squares };
}

/** The rule of Chan, Golub and LeVeque (1979) for the moments of two samples together. */
function merge(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance ** 2 * a.count * b.count) / count,
  };
}
