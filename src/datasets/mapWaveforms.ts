import type { Waveform } from '../audio/index.js';
import type { AudioDataset, AudioExample } from './dataset.js';

/** Settings of {@link mapWaveforms}. */
export interface MapWaveformsOptions {
  /** What messages call it. Default: the data set's name with `(mapped)`. */
  readonly name?: string;
  /** A text that you change when the function changes, for `cacheFeatures`. Default: none, and `cacheFeatures` asks for one. */
  readonly fingerprint?: string;
}

/**
 * The same clips with other sounds: `f` makes each from the sound that the data set gives, whenever it is read (as the
 * `map` of Hugging Face's `datasets` would, but nothing is written to disk). Ids, classes, sources and folds stay.
 * Encoded bytes and stored features are those of other sounds, so the result has none: it is read without worker threads.
 * What differs from epoch to epoch is for the Trainer's `augment`.
 *
 * What `f` throws is thrown by `get` as it is, so that a mistake in it is no unreadable recording; throw a `DatasetError`
 * to have a clip skipped where unreadable ones are.
 *
 * @param f Gets the clip; gives mono samples in [-1, 1] of the data set's sample rate, and leaves those that it got alone.
 * @throws RangeError from `get`, when `f` gives another sample rate.
 *
 * @example
 * ```ts
 * // The loudest second of each clip, which `loudestSecond` of your own finds.
 * const seconds = mapWaveforms(dataset, ({ waveform }) => loudestSecond(waveform));
 * ```
 */
export function mapWaveforms(
  dataset: AudioDataset,
  f: (example: AudioExample) => Waveform | Promise<Waveform>,
  { name = `${dataset.name} (mapped)`, fingerprint }: MapWaveformsOptions = {},
): AudioDataset {
  return {
    ...dataset,
    name,
    async get(index) {
      const example = await dataset.get(index);
      const waveform = await f(example);
      if (waveform.sampleRate !== dataset.sampleRate)
        throw new RangeError(
          `mapWaveforms: the function made ${example.id} a sound of ${waveform.sampleRate} Hz, and ${dataset.name} has ` +
            `${dataset.sampleRate} Hz; call resample(waveform, ${dataset.sampleRate}) in it.`,
        );
      return { ...example, waveform };
    },
    bytesOf: undefined,
    features: undefined,
    fingerprint:
      fingerprint === undefined || !dataset.fingerprint
        ? undefined
        : async () => {
            const sounds = await dataset.fingerprint!();
            return sounds === undefined ? undefined : JSON.stringify([sounds, fingerprint]);
          },
  };
}
