import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { TrainingError } from '../errors.js';

/** Which axis of a model's input comes first: time (frames) or pitch (bins). */
export type InputAxes = 'frames-bins' | 'bins-frames';

/** How features get to a model's input. */
export interface InputLayout {
  /** [batch, frames, bins] to what the model takes. */
  arrange(inputValues: tf.Tensor3D): tf.Tensor;
}

/**
 * Reads from a model how it takes spectrograms: as pictures of one channel, or as sequences.
 *
 * @throws {TrainingError} when it has several inputs, or takes something else
 */
export function inputLayout({ inputs }: LayersModel, axes: InputAxes): InputLayout {
  const [, ...shape] = inputs[0]?.shape ?? [];
  const isPicture = shape.length === 3 && shape[2] === 1;
  if (inputs.length !== 1 || !(isPicture || shape.length === 2))
    throw new TrainingError(
      `Expected a model with one input of shape [batch, ${axes.replace('-', ', ')}, 1] or [batch, ${axes.replace('-', ', ')}]; ` +
        `got ${inputs.map((input) => `[${input.shape.map((side) => side ?? 'any').join(', ')}]`).join(' and ')}.`,
    );
  const binsFirst = axes === 'bins-frames';
  const [frames, bins] = binsFirst ? [shape[1], shape[0]] : [shape[0], shape[1]];
  const fits = (expected: number | null | undefined, side: number): boolean => expected == null || expected === side;
  return {
    arrange(inputValues) {
      const [, ownFrames, ownBins] = inputValues.shape;
      if (inputValues.rank !== 3 || !fits(frames, ownFrames) || !fits(bins, ownBins))
        throw new RangeError(
          `Expected inputValues of shape [batch, ${frames ?? 'any'}, ${bins ?? 'any'}] (frames, bins), got ` +
            `[${inputValues.shape.join(', ')}]. Set the extractor's maxLength and numMelBins, or inputAxes.`,
        );
      const arranged = binsFirst ? tf.transpose(inputValues, [0, 2, 1]) : inputValues;
      return isPicture ? tf.expandDims(arranged, -1) : arranged;
    },
  };
}
