import { AudioInputError } from '../errors.js';
import type { Random } from '../random.js';
import { drawBeta } from './beta.js';
import { between, checkValues, positive } from './options.js';
import { samplesOf } from './samples.js';
import type { BatchAugmentation, LabelledFeatures } from './types.js';

/** How clips of a batch are mixed. */
export interface MixOptions {
  /** Of the beta distribution that shares are drawn from: the larger, the nearer to a half. Default 1, uniform. */
  readonly alpha?: number;
  /** Probability of mixing a clip, [0, 1]. Default 1. */
  readonly p?: number;
}

/** A clip mixed with another: `share` of the first, drawn for this pair. */
type Mix = (clip: LabelledFeatures, partner: LabelledFeatures, share: number, random: Random) => LabelledFeatures;

/**
 * Mixes each clip of a batch with another, every one being the other once, by a share of its own. A batch of one stays as
 * it is.
 *
 * @returns a function that throws an AudioInputError when the clips of a batch differ in frames, bins or labels
 * @throws {RangeError} when `alpha` is not above 0 or `p` not in [0, 1]
 */
export function mixPairs(augmentation: string, { alpha, p }: Required<MixOptions>, mix: Mix): BatchAugmentation {
  checkValues(augmentation, { alpha }, positive);
  checkValues(augmentation, { p }, between(0, 1));
  return (batch, random) => {
    checkAlike(augmentation, batch);
    const order = random.shuffle([...batch.keys()]);
    const result = [...batch];
    for (const [i, index] of order.entries()) {
      const partner = order[(i + 1) % order.length]!;
      if (random.uniform() >= p || partner === index) continue;
      result[index] = mix(batch[index]!, batch[partner]!, drawBeta(alpha, random), random);
    }
    return result;
  };
}

function checkAlike(augmentation: string, batch: readonly LabelledFeatures[]): void {
  const shape = ({ features, target }: LabelledFeatures): string =>
    `${features.frames} frames, ${features.bins} bins and ${target.length} labels`;
  const odd = batch.find((clip) => shape(clip) !== shape(batch[0]!));
  if (odd)
    throw new AudioInputError(
      `${augmentation} expects clips of one shape, got ${shape(batch[0]!)}, and ${shape(odd)}: ` +
        'use extract(), which pads to one length.',
    );
}

/** `share` of some numbers and the rest of others: of features [frames, bins], or of targets [labels]. */
export const mixed = (values: Float32Array, others: Float32Array, share: number): Float32Array =>
  samplesOf(values.length, (i) => share * values[i]! + (1 - share) * others[i]!);
