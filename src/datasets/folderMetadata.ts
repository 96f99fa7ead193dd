import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { listed } from './recordingGroups.js';
import { readFile } from './recordings.js';
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

/** The names by which Hugging Face's `datasets` knows a directory for a split. */
const splitDirectory = /^(train|training|validation|valid|val|dev|test|testing|eval|evaluation)$/;

/** Whether a path is a table of sounds. */
export const isMetadataFile = (path: string): boolean => metadataFile.test(path);

/**
 * The clips of a directory's tables, `metadata.csv` or `metadata.jsonl`, in their order. A file's split is the first directory
 * of its path that is called like one, else `train`.
 *
 * @param sounds All sounds there are: a table must list them all, and no others.
 * @param labelColumn Default: `label`.
 * @throws DatasetError when a table is malformed, lacks a column or a class, or does not list the sounds that there are, once each.
 */
export async function listMetadataClips(
  repository: Repository,
  sounds: readonly string[],
  labelColumn = 'label',
): Promise<FolderClip[]> {
  const { name } = repository;
  const tables = (await repository.list()).filter(isMetadataFile).sort();
  const clips = (await Promise.all(tables.map((table) => readTable(repository, table, labelColumn)))).flat();
  const files = clips.map(({ file }) => file);
  const known = new Set(sounds);
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

async function readTable(repository: Repository, table: string, labelColumn: string): Promise<FolderClip[]> {
  const name = `${table} of ${repository.name}`;
  const { directory = '' } = metadataFile.exec(table)?.groups ?? {};
  const text = new TextDecoder().decode(await readFile(repository, table));
  const rows = await parseTable(text, name, table, ['file_name', labelColumn], '; choose the classes with labelColumn');
  return rows.map((row, index) => {
    const [fileName, category] = [row['file_name'], row[labelColumn]];
    if (!fileName || !category)
      throw new DatasetError(
        `${name}, recording ${index + 1}: expected file_name and ${labelColumn}, got "${fileName ?? ''}" and "${category ?? ''}".`,
      );
    const file = `${directory}${fileName}`.replaceAll(/(^|\/)(?:\.\/)+/g, '$1');
    const split =
      file
        .split('/')
        .slice(0, -1)
        .find((name) => splitDirectory.test(name)) ?? 'train';
    return { file, category, split, source: row['source'] || undefined };
  });
}
