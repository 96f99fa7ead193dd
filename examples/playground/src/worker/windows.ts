import type { ASTForAudioClassification } from 'ast-ts/ast';
import { type AudioDataset, inMemoryDataset } from 'ast-ts/datasets';
import { SAMPLE_RATE, type TrainingClip } from '../protocol.js';

/** Shorter ends of a clip are left out, as a share of a window, unless they are all there is. */
const SHORTEST = 0.5;

/** Clips cut into what the model hears at a time. An id is that of its clip, `#`, and a number. */
export function windowsOf(clips: readonly TrainingClip[], model: ASTForAudioClassification): AudioDataset {
  const length = (model.config.maxLength * SAMPLE_RATE) / 100;
  const windows = clips.flatMap(({ id, label, samples }) => {
    const count = Math.max(1, Math.ceil(samples.length / length - SHORTEST));
    return Array.from({ length: count }, (_, i) => ({
      id: `${id}#${i}`,
      label,
      waveform: { samples: samples.subarray(i * length, (i + 1) * length), sampleRate: SAMPLE_RATE },
    }));
  });
  return inMemoryDataset(windows, model.labels, { name: 'your clips' });
}

export const clipOf = (windowId: string): string => windowId.slice(0, windowId.lastIndexOf('#'));
