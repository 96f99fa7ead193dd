import type { Waveform } from '../audio/index.js';
import { DatasetError } from '../errors.js';
import { checksum } from './checksum.js';
import { type AudioDataset, type AudioExample, itemAt } from './dataset.js';

/** A clip of one's own: its class is given by name or by index into the labels. */
export interface LabelledClip {
  /** Default: `clip-0`, `clip-1`, … */
  readonly id?: string;
  readonly label: string | number;
  readonly waveform: Waveform;
}

/**
 * A data set of clips that are in memory already.
 *
 * @param clips At least one; all of one sample rate.
 * @param labels Names of the classes, in the order of a model's outputs.
 * @throws DatasetError on no clips, unknown or repeated labels, repeated ids, or clips of different sample rates.
 *
 * @example
 * ```ts
 * const clips = [
 *   { label: 'knock', waveform: await readAudio('knock.wav', { sampleRate: 16000 }) },
 *   { label: 'bell', waveform: await readAudio('bell.ogg', { sampleRate: 16000 }) },
 * ];
 * const dataset = inMemoryDataset(clips, ['knock', 'bell']);
 * ```
 */
export function inMemoryDataset(
  clips: readonly LabelledClip[],
  labels: readonly string[],
  { name = 'clips in memory' }: { readonly name?: string } = {},
): AudioDataset {
  const first = clips[0];
  if (!first) throw new DatasetError(`${name}: expected at least one clip, got none.`);
  if (new Set(labels).size !== labels.length)
    throw new DatasetError(`${name}: a label occurs twice in [${labels.join(', ')}]; give each class once.`);
  const { sampleRate } = first.waveform;
  const ids = new Set<string>();
  const examples = clips.map(({ id = `clip-${ids.size}`, label, waveform }): AudioExample => {
    const index = typeof label === 'string' ? labels.indexOf(label) : label;
    if (labels[index] === undefined)
      throw new DatasetError(`${name}: ${id} has the label ${label}, which is not one of [${labels.join(', ')}].`);
    if (ids.has(id)) throw new DatasetError(`${name}: the id ${id} occurs twice; ids must be unique.`);
    if (waveform.sampleRate !== sampleRate)
      throw new DatasetError(
        `${name}: ${id} has ${waveform.sampleRate} Hz, the clips before it ${sampleRate} Hz; ` +
          `call resample(waveform, ${sampleRate}) first.`,
      );
    ids.add(id);
    return { id, label: index, waveform };
  });
  return {
    name,
    length: examples.length,
    labels: [...labels],
    sampleRate,
    labelOf: (index) => itemAt(name, examples, index).label,
    idOf: (index) => itemAt(name, examples, index).id,
    get: async (index) => itemAt(name, examples, index),
    fingerprint: async () => examples.map(({ waveform }) => checksum(waveform.samples)).join(),
  };
}
