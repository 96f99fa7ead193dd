import type { MelSpectrogram } from '../audio/index.js';
import type { Random } from '../random.js';
import { completeOptions } from './options.js';
import { type MixOptions, mixed, mixPairs } from './pairs.js';
import type { BatchAugmentation } from './types.js';

/**
 * Puts a rectangle of another clip, a span of time and a band of tones, into each clip of a batch; the targets have the
 * shares of the area: CutMix ([Yun et al. 2019](https://arxiv.org/abs/1905.04899)), drawn as in torchvision. The area is
 * drawn from Beta(alpha, alpha), for each pair anew, with sides in the proportion of the features', around a place that is
 * uniform; what lies outside is cut off, and counts for the clip.
 *
 * @returns a function that throws an AudioInputError when the clips of a batch differ in frames, bins or labels
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const trainer = new Trainer({ model, extractor, trainDataset, augment: { batch: cutMix({ alpha: 1, p: 0.5 }) } });
 * ```
 */
export function cutMix(options: MixOptions = {}): BatchAugmentation {
  const settings = completeOptions('cutMix', { alpha: 1, p: 1 }, options);
  return mixPairs('cutMix', settings, (clip, other, share, random) => {
    const { frames, bins } = clip.features;
    const [firstFrame, endFrame] = drawSide(frames, share, random);
    const [firstBin, endBin] = drawSide(bins, share, random);
    const data = clip.features.data.slice();
    for (let frame = firstFrame; frame < endFrame; frame++)
      data.set(cells(other.features, frame, firstBin, endBin), frame * bins + firstBin);
    const area = ((endFrame - firstFrame) * (endBin - firstBin)) / (frames * bins);
    return { features: { data, frames, bins }, target: mixed(clip.target, other.target, 1 - area) };
  });
}

/** [start, end) of the rectangle on an axis of `size`. */
function drawSide(size: number, share: number, random: Random): [start: number, end: number] {
  const middle = random.integer(size);
  const half = Math.floor(0.5 * Math.sqrt(1 - share) * size);
  return [Math.max(middle - half, 0), Math.min(middle + half, size)];
}

const cells = ({ data, bins }: MelSpectrogram, frame: number, first: number, end: number): Float32Array =>
  data.subarray(frame * bins + first, frame * bins + end);
