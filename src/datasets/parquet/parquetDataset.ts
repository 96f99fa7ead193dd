import { DatasetError } from '../../errors.js';
import type { Repository } from '../../hub/index.js';
import { type AudioDataset, itemAt } from '../dataset.js';
import { parseEsc50Name } from '../esc50Name.js';
import { decodeRecording, readRecording, versionsOf } from '../recordings.js';
import type { SplitOptions } from '../splits.js';
import { type ColumnOptions, findColumns, type ParquetColumns } from './columns.js';
import { parquetFilesOf } from './files.js';
import {
  createReadCache,
  openParquet,
  type ParquetFile,
  type RowGroup,
  readColumn,
  rowGroupsOf,
  withOnlyField,
} from './rowGroups.js';

export interface ParquetOptions extends SplitOptions, ColumnOptions {
  readonly sampleRate: number;
  /**
   * How many row groups of encoded sounds stay in memory. Default: 2 (with the usual 100 clips of 5 s in a row group,
   * 44 MB each). Reading in random order reads a row group for nearly every clip; give `Infinity` where memory allows.
   */
  readonly cachedRowGroups?: number;
}

interface Row {
  readonly id: string;
  readonly value: string | number;
  readonly group: RowGroup;
  /** Position within the row group. */
  readonly position: number;
}

const asText = (value: unknown): string | undefined =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : typeof value === 'string' ? value : undefined;

/** Reads what is known without sounds: classes and names of the rows of one file. */
async function readRows(file: ParquetFile, { audio, label }: ParquetColumns): Promise<Row[]> {
  const values = await readColumn(file, label.column);
  const structs = audio.hasPath ? await readColumn(withOnlyField(file, audio.column, 'path'), audio.column) : [];
  const rows = rowGroupsOf(file).flatMap((group) =>
    Array.from({ length: group.end - group.start }, (_, position) => ({ group, position })),
  );
  return rows.map(({ group, position }) => {
    const row = group.start + position;
    const raw = values[row];
    const value = typeof raw === 'bigint' ? Number(raw) : raw;
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new DatasetError(`${file.path}: row ${row} has no class in the column ${label.column}.`);
    if (label.names && label.names[Number(value)] === undefined)
      throw new DatasetError(
        `${file.path}: row ${row} has class ${value}; ` +
          `the ClassLabel ${label.column} has the classes 0 to ${label.names.length - 1}.`,
      );
    const path = asText((structs[row] as { path?: unknown } | null | undefined)?.path);
    return { id: path || `${file.path}#${row}`, value, group, position };
  });
}

/** Names that occur once stay; the others get the file and row, so that an id means one recording. */
function withUniqueIds(rows: readonly Row[]): Row[] {
  const counts = new Map<string, number>();
  for (const { id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return rows.map((row) =>
    counts.get(row.id) === 1 ? row : { ...row, id: `${row.group.file.path}#${row.group.start + row.position}` },
  );
}

function bytesOf(value: unknown, kind: 'struct' | 'binary'): Uint8Array {
  const bytes = kind === 'struct' ? (value as { bytes?: unknown } | null | undefined)?.bytes : value;
  if (!(bytes instanceof Uint8Array))
    throw new Error('the row holds no bytes, at most a path; only sounds embedded in the Parquet file can be read.');
  return bytes;
}

/**
 * A data set of Parquet files with embedded sounds, as `datasets` of Hugging Face writes them. Footers, classes and paths
 * are read at once, sounds by row groups when they are asked for. Labels: the names of the ClassLabel; without one the
 * sorted values that occur in this split.
 */
export async function loadParquet(
  repository: Repository,
  { sampleRate, cachedRowGroups = 2, ...options }: ParquetOptions,
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
  const values = [...new Set(rows.map(({ value }) => value))].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : 1,
  );
  const { names } = first.label;
  const labelIndices = new Map(
    names ? names.map((_, index) => [index, index]) : values.map((value, at) => [value, at]),
  );
  const { name } = repository;
  const rowAt = (index: number) => itemAt(name, rows, index);
  const labelOf = (index: number) => labelIndices.get(rowAt(index).value)!;
  const groupSounds = createReadCache(cachedRowGroups, (group: RowGroup) =>
    readColumn(group.file, first.audio.column, group),
  );
  const bytesAt = async ({ group, position }: Row) => bytesOf((await groupSounds(group))[position], first.audio.kind);
  return {
    name: [name, options.config, options.split].filter(Boolean).join(' '),
    length: rows.length,
    labels: names ?? values.map(String),
    sampleRate,
    labelOf,
    idOf: (index) => rowAt(index).id,
    foldOf: (index) => parseEsc50Name(rowAt(index).id)?.fold,
    sourceOf: (index) => parseEsc50Name(rowAt(index).id)?.source,
    async get(index) {
      const row = rowAt(index);
      const waveform = await decodeRecording(name, row.id, sampleRate, () => bytesAt(row));
      return { id: row.id, label: labelOf(index), waveform };
    },
    async bytesOf(index) {
      const row = rowAt(index);
      return readRecording(name, row.id, () => bytesAt(row));
    },
    fingerprint: () => versionsOf(repository, paths),
  };
}
