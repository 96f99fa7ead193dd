import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { type AudioDataset, itemAt } from './dataset.js';
import { parseEsc50Name } from './esc50Name.js';
import { filesOf, readFile } from './recordings.js';
import { foldsToLoad, type SplitOptions } from './splits.js';
import { selectFolds } from './subset.js';
import { parseTable } from './table.js';

export const esc50MetaFile = 'meta/esc50.csv';
const requiredColumns = ['filename', 'fold', 'target', 'category'] as const;

interface Clip {
  readonly file: string;
  readonly fold: number;
  readonly target: number;
  readonly category: string;
  readonly source: string | undefined;
}

/** Checks what the table says against itself and against the files that exist. */
function toClips(rows: readonly Record<string, string>[], name: string, files: ReadonlySet<string>): Clip[] {
  const targets = new Map<string, number>();
  const categories = new Map<number, string>();
  const seen = new Set<string>();
  const clips = rows.map((row, position): Clip => {
    const where = `${name}, recording ${position + 1} (${row['filename']})`;
    const wholeNumber = (column: string, least: number): number => {
      const text = row[column] ?? '';
      if (!/^\d+$/.test(text) || Number(text) < least)
        throw new DatasetError(`${where}: ${column} must be a whole number from ${least}, got "${text}".`);
      return Number(text);
    };
    const clip = {
      file: `audio/${row['filename']}`,
      fold: wholeNumber('fold', 1),
      target: wholeNumber('target', 0),
      category: row['category'] ?? '',
      source: row['src_file'] || parseEsc50Name(row['filename'] ?? '')?.source,
    };
    if (!clip.category) throw new DatasetError(`${where}: category is empty.`);
    if (seen.has(clip.file)) throw new DatasetError(`${where}: this file is listed twice.`);
    seen.add(clip.file);
    const target = targets.get(clip.category) ?? clip.target;
    const category = categories.get(clip.target) ?? clip.category;
    if (target !== clip.target || category !== clip.category)
      throw new DatasetError(
        `${where}: target ${clip.target} is ${clip.category}, ` +
          `but an earlier recording has target ${target} for ${category}.`,
      );
    targets.set(clip.category, clip.target);
    categories.set(clip.target, clip.category);
    return clip;
  });
  const missing = clips.filter(({ file }) => !files.has(file));
  if (missing.length > 0)
    throw new DatasetError(
      `${missing.length} of the ${clips.length} recordings that ${name} lists do not exist: ` +
        `${missing
          .slice(0, 5)
          .map(({ file }) => file)
          .join(', ')}${missing.length > 5 ? ', …' : ''}. ` +
        'Add the files, or remove their rows from the table.',
    );
  return clips;
}

/**
 * A data set in the layout of [ESC-50](https://github.com/karolpiczak/ESC-50) (K. J. Piczak, 2015), or any part of it:
 * `meta/esc50.csv` with the columns filename, fold, target, category (and src_file), and the sounds in `audio/`. The labels
 * are the categories in the table, in the order of `target`, whichever folds are loaded.
 */
export async function loadEsc50(
  repository: Repository,
  { sampleRate, ...split }: SplitOptions & { readonly sampleRate: number },
): Promise<AudioDataset> {
  const tableName = `${esc50MetaFile} of ${repository.name}`;
  const text = new TextDecoder().decode(await readFile(repository, esc50MetaFile));
  const rows = await parseTable(text, tableName, esc50MetaFile, requiredColumns);
  const clips = toClips(rows, tableName, new Set(await repository.list()));
  const byTarget = [...clips].sort((a, b) => a.target - b.target);
  const labels = [...new Set(byTarget.map(({ category }) => category))];
  const labelIndices = new Map(labels.map((label, index) => [label, index]));
  const { name } = repository;
  const clipAt = (index: number) => itemAt(name, clips, index);
  const labelOf = (index: number) => labelIndices.get(clipAt(index).category)!;

  const dataset: AudioDataset = {
    name,
    length: clips.length,
    labels,
    sampleRate,
    labelOf,
    foldOf: (index) => clipAt(index).fold,
    sourceOf: (index) => clipAt(index).source,
    ...filesOf(repository, { name, sampleRate, clips, clipAt, labelOf }),
  };
  const present = [...new Set(clips.map(({ fold }) => fold))].sort((a, b) => a - b);
  const folds = foldsToLoad(name, split, present);
  return folds ? selectFolds(dataset, folds) : dataset;
}
