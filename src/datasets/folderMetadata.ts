import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { labelColumns, sourceColumns } from './columnNames.js';
import { listed } from './recordingGroups.js';
import { readFile } from './recordings.js';
import { splitOfDirectories, splitOfDirectory } from './splitDirectories.js';
import { parseTable } from './table.js';

/** A sound of a directory, as its path or a table describes it. */
export interface FolderClip {
  readonly file: string;
  readonly category: string;
  /** A directory that names no split is `train`, as in Hugging Face's `datasets`. */
  readonly split: string;
  readonly source?: string | undefined;
}

const metadataFile = /^(?<directory>.+\/)?metadata\.(?:csv|jsonl)$/;

/** Whether a path is a table of sounds. */
export const isMetadataFile = (path: string): boolean => metadataFile.test(path);

/**
 * The clips of a directory's tables, `metadata.csv` or `metadata.jsonl`, in their order. A file's split is the first directory
 * of its path that is called like one, else `train`. Its class is in a column, or where the table has none the last directory.
 *
 * @param sounds All sounds there are: a table must list them all, and no others.
 * @param labelColumn Default: `label`, else another of the usual names.
 * @throws DatasetError when a table is malformed, lacks a column or a class, or does not list the sounds that there are, once each.
 */
export async function listMetadataClips(
  repository: Repository,
  sounds: readonly string[],
  labelColumn: string | undefined,
): Promise<FolderClip[]> {
  const { name } = repository;
  const known = new Set(await repository.list());
  const tables = [...known].filter(isMetadataFile).sort();
  const clips = (await Promise.all(tables.map((table) => readTable(repository, table, labelColumn)))).flat();
  const files = clips.map(({ file }) => file);
  const rows = new Set(files);
  for (const [problem, paths] of [
    ['lists files that do not exist', files.filter((file) => !known.has(file))],
    ['lists files twice', rows.size < files.length ? files.filter((file, index) => files.indexOf(file) !== index) : []],
    ['does not list sounds that are there', sounds.filter((file) => !rows.has(file))],
  ] as const)
    if (paths.length > 0)
      throw new DatasetError(
        `${tables.join(' and ')} of ${name} ${problem}: ${listed(paths)}. ` +
          'file_name is relative to the table; give each sound one row, or remove the file.',
      );
  return clips;
}

async function readTable(
  repository: Repository,
  table: string,
  labelColumn: string | undefined,
): Promise<FolderClip[]> {
  const name = `${table} of ${repository.name}`;
  const { directory = '' } = metadataFile.exec(table)?.groups ?? {};
  const text = new TextDecoder().decode(await readFile(repository, table));
  const advice = '; choose the classes with labelColumn';
  const rows = await parseTable(
    text,
    name,
    table,
    ['file_name', ...(labelColumn === undefined ? [] : [labelColumn])],
    advice,
  );
  const columns = Object.keys(rows[0]!);
  const classColumn = labelColumn ?? labelColumns.find((column) => columns.includes(column));
  const sourceColumn = sourceColumns.find((column) => columns.includes(column));
  return rows.map((row, index) => {
    const fileName = row['file_name'];
    const file = `${directory}${fileName}`.replaceAll(/(^|\/)(?:\.\/)+/g, '$1');
    const directories = file.split('/').slice(0, -1);
    const category = classColumn === undefined ? classDirectory(directories) : row[classColumn];
    if (classColumn === undefined && category === undefined)
      throw new DatasetError(
        `${name} lacks the column label; expected file_name, label, got ${columns.join(', ')}${advice}, or put ` +
          'the sounds into a directory for each class.',
      );
    if (!fileName || !category)
      throw new DatasetError(
        `${name}, recording ${index + 1}: expected file_name and ${classColumn ?? 'a directory for its class'}, ` +
          `got "${fileName ?? ''}" and "${category ?? ''}".`,
      );
    const source = sourceColumn === undefined ? undefined : row[sourceColumn] || undefined;
    return { file, category, split: splitOfDirectories(directories) ?? 'train', source };
  });
}

/** The last directory, unless it is called like a split. */
function classDirectory(directories: readonly string[]): string | undefined {
  const last = directories.at(-1);
  return last === undefined || splitOfDirectory(last) !== undefined ? undefined : last;
}
