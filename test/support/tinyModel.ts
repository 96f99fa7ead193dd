import { type ASTConfig, ASTForAudioClassification } from '../../src/ast/index.js';
import { createRandom } from '../../src/random.js';
import { fixedInputs } from './fixedInputs.js';

/** Small enough that a step takes a millisecond on the cpu backend. */
export const tinyConfig = {
  hiddenSize: 8,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  intermediateSize: 16,
  patchSize: 8,
  frequencyStride: 8,
  timeStride: 8,
  maxLength: 24,
  numMelBins: 16,
} as const satisfies Partial<ASTConfig>;

export const tinyLabels = ['bird', 'water', 'wind'];

export const tinyModel = (config: Partial<ASTConfig> = {}, seed = 0): ASTForAudioClassification =>
  ASTForAudioClassification.fromConfig({ ...tinyConfig, ...config }, { labels: tinyLabels, seed });

/** Clips whose features give their class away: a model that trains must learn them. */
export function tinyData(clips = 12, seed = 0) {
  const { maxLength: frames, numMelBins: bins } = tinyConfig;
  const random = createRandom([seed, 'tiny data']);
  const labels = Array.from({ length: clips }, (_, i) => i % tinyLabels.length);
  const data = new Float32Array(clips * frames * bins);
  for (let i = 0; i < data.length; i++) {
    const label = labels[Math.floor(i / (frames * bins))]!;
    data[i] = 0.3 * random.normal() + (Math.floor((i % bins) / 6) === label ? 1 : 0);
  }
  return fixedInputs({ shape: [clips, frames, bins], data }, { data: labels }, tinyLabels);
}
