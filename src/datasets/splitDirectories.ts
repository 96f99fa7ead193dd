/** The words by which Hugging Face's `datasets` knows a directory for a split, and the split's name. */
const keywords: Readonly<Record<string, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val', 'dev'],
  test: ['test', 'testing', 'eval', 'evaluation'],
};

const patterns = Object.entries(keywords).map(
  ([split, words]) => [split, new RegExp(`(?:^|[-._ 0-9])(?:${words.join('|')})(?:$|[-._ 0-9])`)] as const,
);

/** The split that a directory is for: `val` and `esc-val` are for `validation`; `undefined` when its name says nothing of it. */
export const splitOfDirectory = (directory: string): string | undefined =>
  patterns.find(([, pattern]) => pattern.test(directory))?.[0];

/** The split of the first directory that is called like one; else `undefined`. */
export function splitOfDirectories(directories: readonly string[]): string | undefined {
  for (const directory of directories) {
    const split = splitOfDirectory(directory);
    if (split !== undefined) return split;
  }
  return undefined;
}

/** The name of a split in the words of its directory: `val` means `validation`. Other names stay as they are. */
export const canonicalSplit = (name: string): string =>
  Object.entries(keywords).find(([, words]) => words.includes(name))?.[0] ?? name;
