import { patchGrid } from '../ast/config.js';
import type { ASTConfig, ASTForAudioClassification } from '../ast/index.js';
import type { MelSpectrogram } from '../audio/index.js';
import { normalizeLogEnergy } from '../audio/preprocessorConfig.js';

/**
 * What hidden patches become: `'mean'`, the mean of the data that the model was trained on (0, where features are normalised), or
 * `'padding'`, what follows a sound that is shorter than the window.
 */
export type HiddenFill = 'mean' | 'padding';

/** The value of a fill in the model's features. @throws {RangeError} when it is neither */
export function fillValue({ extractorConfig }: ASTForAudioClassification, fill: HiddenFill): number {
  if (fill === 'padding') return normalizeLogEnergy(0, extractorConfig);
  if (fill === 'mean') return extractorConfig.doNormalize ? 0 : Math.fround(extractorConfig.mean);
  throw new RangeError(`Expected fill 'mean' or 'padding', got '${fill}'.`);
}

/**
 * Features in which patches are hidden. Patches may overlap, so each hides what lies nearest to it: all of them together hide all that
 * the model sees, and none hides what belongs to another.
 *
 * @param patches indices into the grid, frequency-major
 */
export function hidePatches(
  features: MelSpectrogram,
  patches: readonly number[],
  config: ASTConfig,
  value: number,
): MelSpectrogram {
  const { frequency, time } = patchGrid(config);
  const data = features.data.slice();
  for (const patch of patches) {
    const [bin, endBin] = span(Math.floor(patch / time), frequency, config.frequencyStride, config.patchSize);
    const [frame, endFrame] = span(patch % time, time, config.timeStride, config.patchSize);
    for (let row = frame; row < endFrame; row++)
      data.fill(value, row * features.bins + bin, row * features.bins + endBin);
  }
  return { ...features, data };
}

/** From where to where a patch is the nearest one, along an axis. */
function span(index: number, count: number, stride: number, patchSize: number): [from: number, to: number] {
  const overlap = Math.max(0, patchSize - stride);
  const start = index * stride + (index > 0 ? Math.floor(overlap / 2) : 0);
  const end = index < count - 1 ? (index + 1) * stride + Math.floor(overlap / 2) : index * stride + patchSize;
  return [start, stride > patchSize ? index * stride + patchSize : end];
}
