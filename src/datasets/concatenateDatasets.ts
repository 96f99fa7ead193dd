import { DatasetError } from '../errors.js';
import { type AudioDataset, itemAt, type StoredFeatures } from './dataset.js';

/** Where a clip of the whole is: in which data set, and which number it has there. */
interface Place {
  readonly dataset: AudioDataset;
  readonly index: number;
  /** Index of a label of `dataset` -> of the whole. */
  readonly labels: readonly number[];
}

/**
 * The clips of several data sets, one set after the other, as `concatenate_datasets` of Hugging Face's `datasets`. Classes
 * are one where their names are: the labels are those of the first, then what the others add, in their order. Ids stay as
 * they are; clips of one id, or of one source, count as one recording when the whole is split.
 *
 * @param datasets One or more, of one sample rate; either none has stored features, or all, of one extractor.
 * @throws DatasetError when there is none, or they do not fit each other.
 *
 * @example
 * ```ts
 * const all = concatenateDatasets([await loadDataset('./field'), await loadDataset('./studio')]);
 * ```
 */
export function concatenateDatasets(
  datasets: readonly AudioDataset[],
  { name = datasets.map((dataset) => dataset.name).join(' + ') }: { readonly name?: string } = {},
): AudioDataset {
  const [first] = datasets;
  if (!first) throw new DatasetError('concatenateDatasets: expected one data set or more, got none.');
  const { sampleRate } = first;
  const other = datasets.find((dataset) => dataset.sampleRate !== sampleRate);
  if (other)
    throw new DatasetError(
      `${first.name} has ${sampleRate} Hz and ${other.name} ${other.sampleRate} Hz; load both with one sampleRate.`,
    );
  const labels = [...new Set(datasets.flatMap((dataset) => dataset.labels))];
  const places = datasets.flatMap((dataset): Place[] => {
    const own = dataset.labels.map((label) => labels.indexOf(label));
    return Array.from({ length: dataset.length }, (_, index) => ({ dataset, index, labels: own }));
  });
  const placeAt = (index: number) => itemAt(name, places, index);
  const labelOf = (at: number) => {
    const { dataset, index, labels } = placeAt(at);
    return labels[dataset.labelOf(index)]!;
  };
  const everyHas = (key: 'bytesOf' | 'fingerprint') => datasets.every((dataset) => dataset[key] !== undefined);
  return {
    name,
    length: places.length,
    labels,
    sampleRate,
    labelOf,
    labelsOf: datasets.some(({ labelsOf }) => labelsOf)
      ? (at) => {
          const { dataset, index, labels } = placeAt(at);
          return (dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]).map((label) => labels[label]!);
        }
      : undefined,
    idOf: (at) => placeAt(at).dataset.idOf(placeAt(at).index),
    foldOf: (at) => placeAt(at).dataset.foldOf?.(placeAt(at).index),
    sourceOf: (at) => placeAt(at).dataset.sourceOf?.(placeAt(at).index),
    async get(at) {
      const { dataset, index } = placeAt(at);
      return { ...(await dataset.get(index)), label: labelOf(at) };
    },
    bytesOf: everyHas('bytesOf') ? async (at) => placeAt(at).dataset.bytesOf!(placeAt(at).index) : undefined,
    fingerprint: everyHas('fingerprint') ? () => fingerprintOf(datasets) : undefined,
    features: featuresOf(datasets, placeAt),
  };
}

/** `undefined` when one data set's is not known. */
async function fingerprintOf(datasets: readonly AudioDataset[]): Promise<string | undefined> {
  const all = await Promise.all(datasets.map((dataset) => dataset.fingerprint!()));
  return all.includes(undefined) ? undefined : JSON.stringify(all);
}

function featuresOf(datasets: readonly AudioDataset[], placeAt: (index: number) => Place): StoredFeatures | undefined {
  const extractors = new Set(datasets.map(({ features }) => features?.extractor));
  const [extractor] = extractors;
  if (extractors.size > 1)
    throw new DatasetError(
      `${datasets.map(({ name, features }) => `${name} has ${features ? `features of ${features.extractor}` : 'no stored features'}`).join('; ')}: ` +
        'concatenate the data sets first, then call cacheFeatures on the whole.',
    );
  if (extractor === undefined) return undefined;
  return { extractor, read: async (at) => placeAt(at).dataset.features!.read(placeAt(at).index) };
}
