import type { MelSpectrogram, Waveform } from '../../src/audio/index.js';
import { inMemoryDataset } from '../../src/datasets/index.js';
import type { FeatureExtractor } from '../../src/train/index.js';
import type { GoldenTensor } from './golden.js';

/** A data set and an extractor that together give exactly these features [..., frames, bins], in order. */
export function fixedInputs(
  inputValues: GoldenTensor,
  labels: { data: ArrayLike<number> },
  names: readonly string[],
): { trainDataset: ReturnType<typeof inMemoryDataset>; extractor: FeatureExtractor } {
  const [frames, bins] = inputValues.shape.slice(-2) as [number, number];
  const clips = Array.from(labels.data, (label, i) => ({
    id: `clip ${i}`,
    label: names[label]!,
    // The sample says which features the sound stands for.
    waveform: { samples: Float32Array.of(i), sampleRate: 16000 },
  }));
  const extractor = {
    extract({ samples }: Waveform): MelSpectrogram {
      const start = samples[0]! * frames * bins;
      return { data: (inputValues.data as Float32Array).slice(start, start + frames * bins), frames, bins };
    },
  };
  return { trainDataset: inMemoryDataset(clips, names), extractor };
}
