import { DatasetError } from '../errors.js';
import type { Repository } from '../hub/index.js';
import { type AudioDataset, itemAt } from './dataset.js';
import { filesOf } from './recordings.js';
import type { SplitOptions } from './splits.js';

const soundFile = /\.(wav|wave|flac|ogg|oga|opus|mp3|aif|aiff|aifc)$/i;

/** Whether a path is a sound in a directory that can name its class. */
export const isFolderClip = (path: string): boolean => path.includes('/') && soundFile.test(path);

/**
 * A directory of sounds with a directory for each class, as Hugging Face's `audiofolder`: `<class>/<file>`, or with splits
 * `<split>/<class>/<file>`. The labels are the sorted names of the classes in all splits.
 */
export async function loadAudioFolder(
  repository: Repository,
  { sampleRate, config, split, folds }: SplitOptions & { readonly sampleRate: number },
): Promise<AudioDataset> {
  const { name } = repository;
  if (config !== undefined || folds !== undefined)
    throw new DatasetError(`${name} is a directory of sounds, which has no configs and no folds; leave them out.`);
  const all = (await repository.list()).filter(isFolderClip).map((file) => {
    const parts = file.split('/');
    return { file, depth: parts.length, split: parts.length > 2 ? parts[0] : undefined, category: parts.at(-2)! };
  });
  const odd = all.find(({ depth }) => depth !== all[0]!.depth || depth > 3);
  if (odd)
    throw new DatasetError(
      `${name} has ${all[0]!.file} and ${odd.file}; ` +
        'expected <class>/<file> for all sounds, or <split>/<class>/<file> for all.',
    );
  const splits = [...new Set(all.map((clip) => clip.split))];
  const chosen = split ?? (splits.length === 1 ? splits[0] : undefined);
  const clips = all.filter((clip) => clip.split === chosen);
  if (clips.length === 0) {
    const present = splits.map((each) => each ?? '(none)').join(', ');
    throw new DatasetError(`${name} has the splits ${present}; got ${split ?? 'no split'}.`);
  }

  const labels = [...new Set(all.map(({ category }) => category))].sort();
  const clipAt = (index: number) => itemAt(name, clips, index);
  const labelOf = (index: number) => labels.indexOf(clipAt(index).category);
  return {
    name: split === undefined ? name : `${name} ${split}`,
    length: clips.length,
    labels,
    sampleRate,
    labelOf,
    ...filesOf(repository, { name, sampleRate, clips, clipAt, labelOf }),
  };
}
