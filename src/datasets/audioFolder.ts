import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { type AudioDataset, itemAt } from './dataset.js';
import { type FolderClip, isMetadataFile, listMetadataClips } from './folderMetadata.js';
import { listed } from './recordingGroups.js';
import { filesOf } from './recordings.js';
import { canonicalSplit, splitOfDirectories, splitOfDirectory } from './splitDirectories.js';
import type { SplitOptions } from './splits.js';

// Also what only browsers decode: left out, such files would be missing without a word; so each is an error that says what it is.
const soundFile = /\.(wav|wave|flac|ogg|oga|opus|mp3|aif|aiff|aifc|m4a|m4b|aac|webm|weba|caf|wma|amr|au)$/i;

interface FolderOptions extends SplitOptions {
  readonly sampleRate: number;
  /** The column of classes of a metadata table. */
  readonly labelColumn?: string;
}

/** Whether these files are sounds that a directory or a metadata table beside them can give a class. */
export const isAudioFolder = (files: readonly string[]): boolean =>
  files.some((path) => path.includes('/') && soundFile.test(path)) ||
  (files.some(isMetadataFile) && files.some((path) => soundFile.test(path)));

/**
 * The clips of a directory of sounds, in all its splits, as Hugging Face's `audiofolder` has them.
 *
 * @throws DatasetError when a table does not fit the sounds, or directories do not say which class each has.
 */
export async function listFolderClips(repository: Repository, labelColumn?: string): Promise<FolderClip[]> {
  const files = await repository.list();
  const sounds = files.filter((path) => soundFile.test(path));
  if (files.some(isMetadataFile)) return listMetadataClips(repository, sounds, labelColumn);
  if (labelColumn === undefined) return listClassClips(repository.name, sounds);
  throw new DatasetError(
    `${repository.name} has no metadata.csv or metadata.jsonl; leave out labelColumn, which is for those.`,
  );
}

/**
 * A directory of sounds as Hugging Face's `audiofolder`: with `metadata.csv` or `metadata.jsonl`, or a directory for each
 * class, `<class>/<file>` or with splits `<split>/<class>/<file>`. The labels are the sorted names of the classes in all splits.
 */
export async function loadAudioFolder(
  repository: Repository,
  { sampleRate, config, split, folds, labelColumn }: FolderOptions,
): Promise<AudioDataset> {
  const { name } = repository;
  if (config !== undefined || folds !== undefined)
    throw new DatasetError(`${name} is a directory of sounds, which has no configs and no folds; leave them out.`);
  const all = await listFolderClips(repository, labelColumn);
  const splits = [...new Set(all.map((clip) => clip.split))];
  const chosen = split === undefined && splits.length === 1 ? splits[0] : canonicalSplit(split ?? '');
  const clips = all.filter((clip) => clip.split === chosen);
  if (clips.length === 0)
    throw new DatasetError(`${name} has the splits ${splits.join(', ')}; got ${split ?? 'no split'}.`);

  const labels = [...new Set(all.map(({ category }) => category))].sort();
  const clipAt = (index: number) => itemAt(name, clips, index);
  const labelOf = (index: number) => labels.indexOf(clipAt(index).category);
  return {
    name: split === undefined ? name : `${name} ${split}`,
    length: clips.length,
    labels,
    sampleRate,
    labelOf,
    sourceOf: (index) => clipAt(index).source,
    ...filesOf(repository, { name, sampleRate, clips, clipAt, labelOf }),
  };
}

/** The class is the last directory; the split one above it that is called like one, else `train`. */
function listClassClips(name: string, sounds: readonly string[]): FolderClip[] {
  const all = sounds.map((file) => ({ file, directories: file.split('/').slice(0, -1) }));
  const [first] = all;
  const odd = all.find(({ directories }) => directories.length !== first!.directories.length);
  if (odd)
    throw new DatasetError(
      `${name} has ${first!.file} and ${odd.file}; ` +
        'expected <class>/<file> for all sounds, or <split>/<class>/<file> for all, or a metadata.csv.',
    );
  const clips = all.map(({ file, directories }) => ({
    file,
    split: splitOfDirectories(directories.slice(0, -1)),
    category: directories.at(-1)!,
  }));
  const categories = [...new Set(clips.map(({ category }) => category))];
  if (categories.every((category) => splitOfDirectory(category) !== undefined))
    throw new DatasetError(
      `${name} has sounds in ${listed(categories)}, which are names of splits; expected a directory for each class in ` +
        'them, <split>/<class>/<file>, or a metadata.csv with the columns file_name and label.',
    );
  return inSplits(name, clips);
}

/** `train` for clips of no split's directory, unless `train` has one of its own: then they could be meant for anything. */
function inSplits(
  name: string,
  clips: readonly (Omit<FolderClip, 'split'> & { split: string | undefined })[],
): FolderClip[] {
  const outside = clips.filter(({ split }) => split === undefined).map(({ file }) => file);
  if (outside.length > 0 && clips.some(({ split }) => split === 'train'))
    throw new DatasetError(
      `${name} has a directory for train, and sounds in directories of no split: ${listed(outside)}. ` +
        'Move them to train, test or validation.',
    );
  return clips.map((clip) => ({ ...clip, split: clip.split ?? 'train' }));
}
