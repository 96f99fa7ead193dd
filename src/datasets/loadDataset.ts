import { DatasetError } from '../errors.js';
import type { RepositoryOptions } from '../hub/index.js';
import { loadAudioFolder } from './audioFolder.js';
import { concatenateDatasets } from './concatenateDatasets.js';
import type { AudioDataset } from './dataset.js';
import { loadEsc50 } from './esc50.js';
import { findLayout } from './layout.js';
import type { ColumnOptions } from './parquet/columns.js';
import { loadParquet, type ParquetOptions } from './parquet/parquetDataset.js';
import { parseSplit, sliceDataset } from './splitInstruction.js';
import { foldsToLoad, type SplitOptions } from './splits.js';
import { syntheticDataset, syntheticFolds } from './synthetic/syntheticDataset.js';

/** Settings of {@link loadDataset}. */
export interface LoadDatasetOptions
  extends SplitOptions,
    ColumnOptions,
    Omit<RepositoryOptions, 'type'>,
    Pick<ParquetOptions, 'cachedRowGroups'> {
  /** Rate of the waveforms, in Hz; recordings are resampled to it. Default 16000, which AST expects. */
  readonly sampleRate?: number;
}

/**
 * Opens a data set of sounds, in the words of `load_dataset` of Hugging Face's `datasets`. No sound is read yet.
 *
 * `idOrPath` is a directory, the id of a data set on the Hub, or `synthetic` for the built-in one
 * ({@link syntheticDataset}; write `./synthetic` for a directory of that name). What it holds is told from its files:
 *
 * - `meta/esc50.csv` and `audio/`: the layout of ESC-50. All of it; or some `folds`; or `config: 'fold1'` with
 *   `split: 'train'` or `'test'`, where fold 1 tests. The labels are the categories, in the order of `target`.
 * - Parquet files with sounds in them or beside them, `<config>/<split>-00000-of-00002.parquet` and the like. The columns are
 *   found by their types and names (see `audioColumn`, `labelColumn`; also `source` or `src_file`, and `fold`). A class is read
 *   without reading sounds; sounds are fetched by row groups.
 * - `metadata.csv` or `metadata.jsonl` beside sounds: the columns `file_name` (relative to the table) and `label` (or
 *   `labelColumn`; without one, the directory is the class), as Hugging Face's `audiofolder`; and `source` or `src_file`, where
 *   clips were cut from longer recordings.
 * - Sounds in a directory for each class, `<class>/<file>` or `<split>/<class>/<file>`: a split is a directory called `train`,
 *   `test`, `validation` or the like.
 *
 * `split` is a name, or an instruction as in Hugging Face's split slicing: `'train[:10%]'`, `'train[100:200]'`,
 * `'train[-10%:]'`, `'train+test'`. Slices are in the order of the files, and can cut a recording's clips apart: to train
 * and test use {@link trainTestSplit}.
 *
 * @throws DatasetError when the files do not fit one of these layouts or each other, or when config, split or folds do not
 * exist or are needed to choose; when a slice is malformed or empty.
 * @throws HubError when the Hub does not have the data set or cannot be reached.
 *
 * @example
 * ```ts
 * const train = await loadDataset('confit/esc50-demo', { config: 'fold1', split: 'train' });
 * const esc50 = await loadDataset('./ESC-50', { folds: [2, 3, 4, 5] });
 * const few = await loadDataset('./sounds', { split: 'train[:10%]+test[:50]' });
 * ```
 */
export async function loadDataset(idOrPath: string, options: LoadDatasetOptions = {}): Promise<AudioDataset> {
  const { sampleRate = 16000, split } = options;
  if (!Number.isInteger(sampleRate) || sampleRate < 1)
    throw new DatasetError(`sampleRate must be a positive whole number of Hz, got ${sampleRate}.`);
  if (split === undefined) return loadSplit(idOrPath, { ...options, sampleRate });
  const slices = parseSplit(split);
  const whole = new Map<string, AudioDataset>();
  for (const { split } of slices)
    if (!whole.has(split)) whole.set(split, await loadSplit(idOrPath, { ...options, sampleRate, split }));
  const parts = slices.map((slice) => sliceDataset(whole.get(slice.split)!, slice));
  return parts.length === 1 ? parts[0]! : concatenateDatasets(parts);
}

/** A data set whose split, if any, is a name alone. */
async function loadSplit(
  idOrPath: string,
  options: LoadDatasetOptions & { readonly sampleRate: number },
): Promise<AudioDataset> {
  const layout = await findLayout(idOrPath, options);
  if (layout.kind === 'synthetic') {
    refuseParquetOptions('The synthetic data set', options);
    return syntheticDataset({
      folds: foldsToLoad('synthetic', options, syntheticFolds),
      sampleRate: options.sampleRate,
    });
  }
  const { kind, repository } = layout;
  if (kind === 'parquet') return loadParquet(repository, options);
  refuseParquetOptions(repository.name, kind === 'audioFolder' ? { ...options, labelColumn: undefined } : options);
  return kind === 'audioFolder' ? loadAudioFolder(repository, options) : loadEsc50(repository, options);
}

/** An option that has no effect would be a silent surprise. */
function refuseParquetOptions(name: string, options: LoadDatasetOptions): void {
  const given = (['audioColumn', 'labelColumn', 'cachedRowGroups'] as const).filter(
    (key) => options[key] !== undefined,
  );
  if (given.length > 0)
    throw new DatasetError(
      `${name} is not read from Parquet files; leave out ${given.join(', ')}, which are for those.`,
    );
}
