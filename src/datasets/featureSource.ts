import type { FeatureExtractor, MelSpectrogram, Waveform } from '../audio/index.js';
import { AudioInputError, DatasetError } from '../errors.js';
import { checksum } from './checksum.js';
import type { AudioDataset } from './dataset.js';
import type { FeatureWorkers } from './featureWorkers.js';

/** Features of a recording by its index. Throws as a data set's `get` does. */
export type FeatureSource = (index: number) => Promise<MelSpectrogram>;

/**
 * Where features of a data set come from: its stored features; else threads, where the data set gives encoded sounds; else
 * this thread.
 *
 * @throws DatasetError when the stored features are of another extractor, or the data set has nothing that threads could decode.
 */
export function featureSource(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  workers?: FeatureWorkers,
): FeatureSource {
  const { features, name, sampleRate } = dataset;
  if (features) {
    const { description } = probeExtractor(extractor, sampleRate);
    if (features.extractor === description) return (index) => features.read(index);
    throw new DatasetError(
      `${name} has the features of another extractor: ${features.extractor}; expected ${description}. ` +
        'Call cacheFeatures with the extractor that is used.',
    );
  }
  if (workers) {
    if (dataset.bytesOf) return (index) => workers.extract(dataset, index);
    throw new DatasetError(
      `${name} gives no encoded sounds that threads could decode (it has no bytesOf); read it without threads.`,
    );
  }
  return async (index) => extractFeatures(dataset, index, extractor, (await dataset.get(index)).waveform);
}

/** Features of a recording's sound. A recording that decodes but is no sound (empty, not finite) is a DatasetError by its name. */
export function extractFeatures(
  dataset: AudioDataset,
  index: number,
  extractor: FeatureExtractor,
  waveform: Waveform,
): MelSpectrogram {
  try {
    return extractor.extract(waveform);
  } catch (cause) {
    if (!(cause instanceof AudioInputError)) throw cause;
    throw new DatasetError(`The recording ${dataset.idOf(index)} of ${dataset.name} cannot be used: ${cause.message}`, {
      cause,
    });
  }
}

/**
 * The size of an extractor's features, and a text that tells it from others: its settings, and the check sum of what it
 * makes of a second of noise, which changes with the code that makes it.
 */
export function probeExtractor(
  extractor: FeatureExtractor,
  sampleRate: number,
): { readonly frames: number; readonly bins: number; readonly description: string } {
  const { data, frames, bins } = extractor.extract({ samples: noise(sampleRate), sampleRate });
  const { mean, std, doNormalize } = extractor.config ?? {};
  const settings = doNormalize ? `, mean ${mean}, std ${std}` : '';
  return { frames, bins, description: `${frames} frames x ${bins} bins${settings}, check sum ${checksum(data)}` };
}

/** Uniform in [-1, 1), of integers, so that it is the same everywhere (the generator of Numerical Recipes). */
function noise(length: number): Float32Array {
  let state = 0;
  return Float32Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31);
}
