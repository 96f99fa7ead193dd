import { DatasetError } from '../../errors.js';
import type { Repository } from '../../hub/index.js';
import { listed } from '../recordingGroups.js';
import { readFile } from '../recordings.js';
import type { ParquetColumns } from './columns.js';
import { createReadCache, type RowGroup, readColumn } from './rowGroups.js';
import type { Row } from './rows.js';

/** Where the encoded sounds of rows come from. */
export interface Sounds {
  /** The file beside the Parquet file that a row's sound is in, where all rows name one. */
  fileOf(row: Row): string | undefined;
  /** Reads one. */
  bytesOf(row: Row): Promise<Uint8Array>;
}

/**
 * The sounds of rows: from row groups of Parquet files, of which the last `cachedRowGroups` are kept, or from the files that the rows
 * name. A row of a struct without bytes is looked for in its file too.
 *
 * @throws DatasetError when the column holds paths only, and a file is not there.
 */
export async function openSounds(
  repository: Repository,
  { column, kind }: ParquetColumns['audio'],
  rows: readonly Row[],
  cachedRowGroups: number,
): Promise<Sounds> {
  const files = new Set(await repository.list());
  const fileOf = ({ path, group }: Row): string | undefined => {
    if (path === undefined) return undefined;
    const directory = group.file.path.split('/').slice(0, -1).join('/');
    return [directory, ''].map((base) => joinPath(base, path)).find((file) => file !== undefined && files.has(file));
  };
  if (kind === 'path') {
    const missing = rows.filter((row) => fileOf(row) === undefined).map(({ id, path }) => path ?? id);
    if (missing.length > 0)
      throw new DatasetError(
        `The column ${column} of ${repository.name} names files that are not there: ${listed(missing)}. ` +
          'Paths are relative to the Parquet file, or to the top of the data set.',
      );
    return { fileOf, bytesOf: (row) => readFile(repository, fileOf(row)!) };
  }
  const groupSounds = createReadCache(cachedRowGroups, (group: RowGroup) => readColumn(group.file, column, group));
  return {
    fileOf: () => undefined,
    async bytesOf(row) {
      const value = (await groupSounds(row.group))[row.position];
      const bytes = kind === 'struct' ? (value as { bytes?: unknown } | null | undefined)?.bytes : value;
      if (bytes instanceof Uint8Array) return bytes;
      const file = fileOf(row);
      if (file !== undefined) return readFile(repository, file);
      throw new Error(
        row.path === undefined
          ? 'the row holds neither bytes nor a path.'
          : `the row holds no bytes, and ${row.path} is not beside ${row.group.file.path}.`,
      );
    },
  };
}

/** A path from a directory of a repository; `undefined` when it leads out of it. */
function joinPath(directory: string, path: string): string | undefined {
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split(/[\\/]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}
