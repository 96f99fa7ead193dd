import type { MelSpectrogram } from '../../audio/index.js';
import { featureSource, probeExtractor } from '../../datasets/featureSource.js';
import { type AudioDataset, subset } from '../../datasets/index.js';
import type { FeatureExtractor } from '../model.js';

/** The same data set with its features kept in memory after their first use, for the Trainers of all folds. */
export function keepFeatures(dataset: AudioDataset, extractor: FeatureExtractor): AudioDataset {
  const extract = featureSource(dataset, extractor);
  const known = new Map<number, MelSpectrogram>();
  return {
    ...subset(dataset, [...Array(dataset.length).keys()], { name: dataset.name }),
    features: {
      extractor: probeExtractor(extractor, dataset.sampleRate).description,
      async read(index) {
        const features = known.get(index) ?? (await extract(index));
        known.set(index, features);
        return features;
      },
    },
  };
}
