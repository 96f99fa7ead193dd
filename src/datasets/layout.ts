import { DatasetError } from '../errors.js';
import { openRepository, type Repository, type RepositoryOptions } from '../hub/index.js';
import { isAudioFolder, listFolderClips } from './audioFolder.js';
import { esc50MetaFile, loadEsc50 } from './esc50.js';
import { describeParquetFiles } from './parquet/files.js';
import { foldsOf } from './subset.js';
import { syntheticFolds } from './synthetic/syntheticDataset.js';

/** What a data set is read as: the built-in one, or files in a layout that is told from their names. */
export type Layout =
  | { readonly kind: 'synthetic'; readonly repository?: undefined }
  | { readonly kind: 'esc50' | 'parquet' | 'audioFolder'; readonly repository: Repository };

/**
 * Opens a data set's files and looks what they are.
 *
 * @throws DatasetError when they are no data set of sounds
 */
export async function findLayout(idOrPath: string, options: Omit<RepositoryOptions, 'type'>): Promise<Layout> {
  if (idOrPath === 'synthetic') return { kind: 'synthetic' };
  const repository = await openRepository(idOrPath, { ...options, type: 'dataset' });
  const files = await repository.list();
  if (files.includes(esc50MetaFile)) return { kind: 'esc50', repository };
  if (files.some((path) => path.endsWith('.parquet'))) return { kind: 'parquet', repository };
  if (isAudioFolder(files)) return { kind: 'audioFolder', repository };
  throw new DatasetError(
    `${repository.name} holds no data set of sounds: expected ${esc50MetaFile}, Parquet files, or sounds as ` +
      `<class>/<file> or beside a metadata.csv; got ${files.slice(0, 5).join(', ') || 'no files'}${files.length > 5 ? ', …' : ''}.`,
  );
}

/** What of a data set can be loaded: folds, of which each can test, or splits. */
export interface Parts {
  readonly folds: readonly number[];
  readonly splits: readonly string[];
}

/** The folds of a data set, or the splits of one of its configs, without reading sounds. */
export async function partsOf(
  layout: Layout,
  { config, labelColumn }: { readonly config?: string; readonly labelColumn?: string },
): Promise<Parts> {
  const { kind, repository } = layout;
  if (kind === 'synthetic' || kind === 'esc50') {
    if (config !== undefined) return { folds: [], splits: ['train', 'test'] };
    const all = kind === 'esc50' && (await loadEsc50(repository, { sampleRate: 16000 }));
    return { folds: all ? foldsOf(all) : syntheticFolds, splits: [] };
  }
  if (kind === 'audioFolder') {
    const clips = await listFolderClips(repository, labelColumn);
    return { folds: [], splits: [...new Set(clips.map(({ split }) => split))] };
  }
  const files = describeParquetFiles(await repository.list());
  const configs = [...new Set(files.map((file) => file.config))];
  const folds = configs.flatMap((name) => /^fold(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  if (config === undefined && folds.length > 0) return { folds: folds.sort((a, b) => a - b), splits: [] };
  const chosen = config ?? (configs.length === 1 ? configs[0] : 'default');
  const splits = files.filter((file) => file.config === chosen).map(({ split }) => split);
  return { folds: [], splits: [...new Set(splits)] };
}
