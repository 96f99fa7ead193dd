import { DatasetError } from '../../errors.js';
import type { Repository } from '../../hub/index.js';
import { type AudioDataset, itemAt } from '../dataset.js';
import { decodeRecording, readRecording, versionsOf } from '../recordings.js';
import type { SplitOptions } from '../splits.js';
import { type ColumnOptions, findColumns } from './columns.js';
import { parquetFilesOf } from './files.js';
import { openParquet } from './rowGroups.js';
import { readRows, withUniqueIds } from './rows.js';
import { openSounds } from './sounds.js';

export interface ParquetOptions extends SplitOptions, ColumnOptions {
  readonly sampleRate: number;
  /**
   * How many row groups of encoded sounds stay in memory. Default: 1 (with the usual 100 clips of 5 s in a row group,
   * 44 MB). Reading in random order reads a row group for nearly every clip; give `Infinity` where memory allows.
   */
  readonly cachedRowGroups?: number;
}

/**
 * A data set of Parquet files with sounds in them, as `datasets` of Hugging Face writes them, or beside them. Footers, classes
 * and paths are read at once, sounds by row groups when they are asked for. Labels: the names of the ClassLabel; without one the
 * sorted values that occur in this split.
 */
export async function loadParquet(
  repository: Repository,
  { sampleRate, cachedRowGroups = 1, ...options }: ParquetOptions,
): Promise<AudioDataset> {
  if (!(cachedRowGroups >= 1))
    throw new DatasetError(
      `cachedRowGroups must be 1 or more, got ${cachedRowGroups}; one row group is read at a time.`,
    );
  const { parquetSchema } = await import('hyparquet');
  const paths = parquetFilesOf(await repository.list(), options, repository.name);
  const files = await Promise.all(paths.map((path) => openParquet(repository, path)));
  const columns = files.map(({ path, metadata }) => findColumns(parquetSchema(metadata), metadata, path, options));
  const first = columns[0]!;
  const different = columns.findIndex((found) => JSON.stringify(found) !== JSON.stringify(first));
  if (different > 0)
    throw new DatasetError(`${paths[0]} and ${paths[different]} of ${repository.name} differ in columns or classes.`);

  const rows = withUniqueIds((await Promise.all(files.map((file) => readRows(file, first)))).flat());
  if (rows.length === 0) throw new DatasetError(`${paths.join(', ')} of ${repository.name} have no rows.`);
  const values = [...new Set(rows.flatMap((row) => row.values))].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : 1,
  );
  const { names, isList } = first.label;
  const labelIndices = new Map(
    names ? names.map((_, index) => [index, index]) : values.map((value, at) => [value, at]),
  );
  const { name } = repository;
  const rowAt = (index: number) => itemAt(name, rows, index);
  const labelsOf = (index: number) => rowAt(index).values.map((value) => labelIndices.get(value)!);
  const labelOf = (index: number) => labelIndices.get(rowAt(index).values[0]!)!;
  const sounds = await openSounds(repository, first.audio, rows, cachedRowGroups);
  return {
    name: [name, options.config, options.split].filter(Boolean).join(' '),
    length: rows.length,
    labels: names ?? values.map(String),
    sampleRate,
    labelOf,
    ...(isList && { labelsOf }),
    idOf: (index) => rowAt(index).id,
    foldOf: (index) => rowAt(index).fold,
    sourceOf: (index) => rowAt(index).source,
    async get(index) {
      const row = rowAt(index);
      const waveform = await decodeRecording(name, row.id, sampleRate, () => sounds.bytesOf(row));
      return { id: row.id, label: labelOf(index), waveform };
    },
    async bytesOf(index) {
      const row = rowAt(index);
      return readRecording(name, row.id, () => sounds.bytesOf(row));
    },
    fingerprint: () => versionsOf(repository, [...paths, ...rows.flatMap((row) => sounds.fileOf(row) ?? [])]),
  };
}
