import type { FileSystem } from '../platform/platform.js';
import { contentError, nameSome } from './contentError.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/** A directory on this machine. */
export function openLocalRepository(
  files: FileSystem,
  directory: string,
  type: RepositoryOptions['type'],
): RepositoryFiles {
  const has = async (path: string) => (await files.stat(files.join(directory, path)))?.kind === 'file';
  const list = () => listFiles(files, directory, '');
  return {
    name: directory,
    list,
    has,
    async open(path) {
      if (await has(path)) return files.open(files.join(directory, path));
      throw contentError(type, `${directory} has no file ${path}; it has ${nameSome(await list())}.`);
    },
  };
}

async function listFiles(files: FileSystem, directory: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const name of await files.list(files.join(directory, prefix))) {
    if (name.startsWith('.')) continue; // .git, .cache
    const path = prefix + name;
    const found = await files.stat(files.join(directory, path));
    if (found?.kind === 'directory') paths.push(...(await listFiles(files, directory, `${path}/`)));
    else if (found) paths.push(path);
  }
  return prefix === '' ? paths.sort() : paths;
}
