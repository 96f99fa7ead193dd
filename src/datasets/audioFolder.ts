import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { type AudioDataset, itemAt } from './dataset.js';
import { type FolderClip, isMetadataFile, listMetadataClips } from './folderMetadata.js';
import { filesOf } from './recordings.js';
import type { SplitOptions } from './splits.js';

const soundFile = /\.(wav|wave|flac|ogg|oga|opus|mp3|aif|aiff|aifc)$/i;

interface FolderOptions extends SplitOptions {
  readonly sampleRate: number;
  /** The column of classes of a metadata table. */
  readonly labelColumn?: string;
}

/** Whether these files are sounds that a directory or a metadata table beside them can give a class. */
export const isAudioFolder = (files: readonly string[]): boolean =>
  files.some(isFolderClip) || (files.some(isMetadataFile) && files.some((path) => soundFile.test(path)));

const isFolderClip = (path: string): boolean => path.includes('/') && soundFile.test(path);

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
  const files = await repository.list();
  const hasTable = files.some(isMetadataFile);
  if (labelColumn !== undefined && !hasTable)
    throw new DatasetError(`${name} has no metadata.csv or metadata.jsonl; leave out labelColumn, which is for those.`);
  const sounds = files.filter((path) => soundFile.test(path));
  const all = hasTable ? await listMetadataClips(repository, sounds, labelColumn) : listClassClips(name, sounds);
  const splits = [...new Set(all.map((clip) => clip.split))];
  const chosen = split ?? (splits.length === 1 ? splits[0] : undefined);
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

function listClassClips(name: string, sounds: readonly string[]): FolderClip[] {
  const all = sounds.filter(isFolderClip).map((file) => ({ file, parts: file.split('/') }));
  const depth = all[0]!.parts.length;
  const odd = all.find(({ parts }) => parts.length !== depth || parts.length > 3);
  if (odd)
    throw new DatasetError(
      `${name} has ${all[0]!.file} and ${odd.file}; ` +
        'expected <class>/<file> for all sounds, or <split>/<class>/<file> for all, or a metadata.csv.',
    );
  return all.map(({ file, parts }) => ({
    file,
    split: parts.length > 2 ? parts[0]! : 'train',
    category: parts.at(-2)!,
  }));
}
