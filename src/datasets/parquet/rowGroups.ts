import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { DatasetError, HubError } from '../../errors.js';
import type { Repository } from '../../hub/index.js';

/** An open Parquet file: its footer is read, its rows are not. */
export interface ParquetFile {
  readonly path: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** Rows that are stored, and therefore read, together. */
export interface RowGroup {
  readonly file: ParquetFile;
  /** Rows [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

/** Reads the footer of a Parquet file. The file is open only while something is read, so nobody has to close it. */
export async function openParquet(repository: Repository, path: string): Promise<ParquetFile> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const first = await repository.open(path);
  const { name, size } = first;
  await first.close();
  const buffer: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      const source = await repository.open(path);
      return (await source.read(start, end).finally(() => source.close())).buffer;
    },
  };
  try {
    return { path, buffer, metadata: await parquetMetadataAsync(buffer) };
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new DatasetError(`${name} is not a readable Parquet file: ${(cause as Error).message}`, { cause });
  }
}

export function rowGroupsOf(file: ParquetFile): RowGroup[] {
  let end = 0;
  return file.metadata.row_groups.map(({ num_rows }) => {
    const start = end;
    end += Number(num_rows);
    return { file, start, end };
  });
}

/** The values of one column, in order; one `undefined` or `null` for each missing value. */
export async function readColumn(
  { path, buffer, metadata }: ParquetFile,
  column: string,
  rows: { readonly start?: number; readonly end?: number } = {},
): Promise<unknown[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  try {
    const read = await parquetReadObjects({
      file: buffer,
      metadata,
      compressors,
      columns: [column],
      utf8: false, // or hyparquet would decode sounds as text
      rowStart: rows.start,
      rowEnd: rows.end,
    });
    return read.map((row) => row[column]);
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new DatasetError(`The column ${column} of ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The same file, as if the struct `column` had no field but `field`: its other fields, such as the bytes of sounds, are
 * then not read.
 */
export function withOnlyField({ path, buffer, metadata }: ParquetFile, column: string, field: string): ParquetFile {
  const schema: SchemaElement[] = [];
  // The schema is a tree in preorder; the fields of the struct follow it.
  for (let at = 0, left = 0; at < metadata.schema.length; at++) {
    const element = metadata.schema[at]!;
    if (left > 0) {
      left += (element.num_children ?? 0) - 1;
      if (element.name === field) schema.push(element);
    } else if (element.name === column && element.num_children && at > 0) {
      left = element.num_children;
      schema.push({ ...element, num_children: 1 });
    } else schema.push(element);
  }
  const row_groups = metadata.row_groups.map((group) => ({
    ...group,
    columns: group.columns.filter(({ meta_data }) => {
      const [top, below] = meta_data?.path_in_schema ?? [];
      return top !== column || below === field;
    }),
  }));
  return { path, buffer, metadata: { ...metadata, schema, row_groups } };
}

/** Keeps what was read last: at most `capacity` results at a time, and one read for callers that ask at once. */
export function createReadCache<K, V>(capacity: number, read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const cache = new Map<K, Promise<V>>();
  return (key) => {
    const value = cache.get(key) ?? read(key);
    // A Map keeps the order of insertion: delete and set again makes `key` the most recent one.
    cache.delete(key);
    cache.set(key, value);
    for (const oldest of cache.keys()) if (cache.size > capacity) cache.delete(oldest);
    // A failed read is tried again by the next caller.
    value.catch(() => cache.get(key) === value && cache.delete(key));
    return value;
  };
}
