import type {
  BatchAugmentation,
  FeatureAugmentation,
  LabelledFeatures,
  WaveformAugmentation,
} from '../augment/index.js';
import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { createRandom, type Random } from '../random.js';
import type { TrainingArguments } from './arguments.js';
import { type Batch, batches, hotTarget } from './batches.js';
import type { FeatureReader, WaveformChange } from './featureReaders.js';
import { balancedOrder } from './sampling.js';

/** What is changed at random about training clips, in this order. A function alone changes features. */
export interface Augmentations {
  /** Changes the decoded sound, at the data set's rate; features are then made anew each time. */
  readonly waveform?: WaveformAugmentation;
  /** Changes the features of one clip. */
  readonly features?: FeatureAugmentation;
  /** Changes a batch, e.g. mixes its clips and their classes. */
  readonly batch?: BatchAugmentation;
}

/** The training set as it goes by in an epoch, from a place in the epoch's order on. */
export type EpochBatches = (epoch: number, from: number) => AsyncGenerator<Batch>;

/**
 * Order and augmentation come of the seed, the epoch and the clip (or the batch's place), never of what was drawn before:
 * an epoch can begin anywhere.
 *
 * @throws {TrainingError} when sounds are to be changed and only their features are there
 */
export function epochBatches(
  dataset: AudioDataset,
  reader: FeatureReader,
  augment: Augmentations,
  { args, batchSize }: { args: TrainingArguments; batchSize: number },
): EpochBatches {
  const { waveform: changeSound, features: changeFeatures, batch: changeBatch } = augment;
  if (changeSound && dataset.features)
    throw new TrainingError(
      `${dataset.name} has its features on disk, which augment.waveform cannot change; give the data set without cacheFeatures.`,
    );
  if (changeSound && args.prefetchWorkers > 0)
    throw new TrainingError(
      'Threads make features of whole recordings, which augment.waveform cannot change; leave out prefetchWorkers.',
    );
  const random = createRandom(args.seed);

  return async function* (epoch, from) {
    const order = orderOf(dataset, args, random.fork('epoch', epoch));
    const repeats = repeatsIn(order);
    const read = async (index: number, place: number) => {
      // A clip that comes again in an epoch is changed in another way.
      const again = repeats[place]! > 0 ? [repeats[place]!] : [];
      const change: WaveformChange | undefined =
        changeSound && ((sound) => changeSound(sound, random.fork('waveform', epoch, index, ...again)));
      const features = await reader.read(index, change);
      if (!features || !changeFeatures) return features;
      return changeFeatures(features, random.fork('augment', epoch, index, ...again));
    };
    for await (const batch of batches(dataset, { order, batchSize, from, read, batchesAhead: reader.batchesAhead }))
      yield changeBatch
        ? mix(batch, changeBatch, random.fork('batch', epoch, batch.end), dataset.labels.length)
        : batch;
  };
}

function orderOf(dataset: AudioDataset, { sampler, shuffle }: TrainingArguments, random: Random): number[] {
  const order = Array.from({ length: dataset.length }, (_, index) => index);
  if (sampler === 'balanced')
    return balancedOrder(
      order.map((index) => dataset.labelOf(index)),
      random,
    );
  return shuffle ? random.shuffle(order) : order;
}

/** How often the item of each place came before. */
function repeatsIn(order: readonly number[]): number[] {
  const seen = new Map<number, number>();
  return order.map((index) => {
    const before = seen.get(index) ?? 0;
    seen.set(index, before + 1);
    return before;
  });
}

function mix(batch: Batch, change: BatchAugmentation, random: Random, labels: number): Batch {
  const clips = batch.features.map(
    (features, i): LabelledFeatures => ({ features, target: hotTarget(batch.classes[i]!, labels) }),
  );
  const changed = change(clips, random);
  const odd = changed.find(({ target }) => target.length !== labels);
  if (changed.length !== clips.length || odd)
    throw new TrainingError(
      `augment.batch: expected ${clips.length} clips with ${labels} numbers each as their target, got ` +
        (odd ? `a target of ${odd.target.length}.` : `${changed.length} clips.`),
    );
  return {
    ...batch,
    features: changed.map(({ features }) => features),
    mixed: changed.map(({ target }) => target),
  };
}
