import { DatasetError } from '../../errors.js';
import type { SplitOptions } from '../splits.js';

// `train`, `train-00000-of-00002`, `train-00000-of-00007-7b2050f2297b05f2`: a split, and which part of it.
const shardName = /^(.+?)(?:-(\d+)(?:-of-(\d+))?(?:-[0-9a-f]{16})?)?\.parquet$/;

/** What the name of a Parquet file says of it. */
export interface ParquetFileName {
  readonly path: string;
  readonly config: string;
  readonly split: string;
  /** How many files the split has, where the name says so. */
  readonly parts: number | undefined;
}

// The layouts of Hugging Face: `<config>/<split>-00000-of-00002.parquet`, `data/<split>-*.parquet`,
// `<split>.parquet` and, from its converter, `<config>/<split>/0000.parquet`.
function describeFile(path: string): ParquetFileName {
  const directories = path.split('/');
  const file = directories.pop()!;
  const numbered = /^\d+\.parquet$/.test(file) && directories.length > 0;
  const [, stem, , parts] = shardName.exec(file) ?? [];
  const split = numbered ? directories.pop()! : (stem ?? file);
  if (directories[0] === 'data') directories.shift();
  return { path, config: directories.join('/') || 'default', split, parts: parts ? Number(parts) : undefined };
}

/** Those of these files that are Parquet files. */
export const describeParquetFiles = (paths: readonly string[]): ParquetFileName[] =>
  paths.filter((path) => path.endsWith('.parquet')).map(describeFile);

function choose(what: string, asked: string | undefined, present: readonly string[], name: string): string {
  if (asked === undefined) {
    if (present.length === 1) return present[0]!;
    throw new DatasetError(
      `${name} has the ${what}s ${present.join(', ')}; say which one: { ${what}: '${present[0]}' }.`,
    );
  }
  if (!present.includes(asked))
    throw new DatasetError(`${name} has no ${what} ${asked}; it has ${present.join(', ')}.`);
  return asked;
}

/**
 * The Parquet files of one config and split, in order. A config may be left out when it is the only one or is called
 * `default`, a split when it is the only one.
 *
 * @throws DatasetError when the config or split does not exist or must be given, or when a part is missing.
 */
export function parquetFilesOf(paths: readonly string[], options: SplitOptions, name: string): string[] {
  if (options.folds)
    throw new DatasetError(`${name} holds Parquet files, which have no folds; choose by config and split.`);
  const files = describeParquetFiles(paths);
  const configs = [...new Set(files.map(({ config }) => config))].sort();
  const fallback = configs.includes('default') ? 'default' : undefined;
  const config = choose('config', options.config ?? fallback, configs, name);
  const ofConfig = files.filter((file) => file.config === config);
  const splits = [...new Set(ofConfig.map(({ split }) => split))].sort();
  const where = config === 'default' ? name : `${name}, config ${config},`;
  const split = choose('split', options.split, splits, where);
  const chosen = ofConfig.filter((file) => file.split === split);
  const parts = chosen[0]?.parts;
  if (chosen.some((file) => file.parts !== parts) || (parts !== undefined && parts !== chosen.length))
    throw new DatasetError(
      `${where} split ${split} is not complete: its names promise ${parts ?? 'one kind of'} files, ` +
        `found ${chosen.map(({ path }) => path).join(', ')}.`,
    );
  return chosen.map(({ path }) => path).sort();
}
