import { platform } from '#platform';
import { HubError } from '../errors.js';
import { contentError } from './contentError.js';
import type { Repository, RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/**
 * Opens a directory of files: a checkpoint or a data set.
 *
 * `idOrPath` is, in this order, the URL of a directory (`https://…`), a directory on this machine (`./birds`, or any
 * that exists: it wins over a Hub id of the same name), or an id on the Hugging Face Hub (`owner/name` or `name`).
 * A Hub repository is pinned to the commit that its revision names now, so that its files fit each other.
 *
 * @throws {HubError} when the id is malformed, the repository does not exist or is not open to you, or the network fails.
 * @throws {CheckpointError | DatasetError} (by `options.type`) when a path leads to no directory.
 *
 * @example
 * ```ts
 * const repository = await openRepository('MIT/ast-finetuned-audioset-10-10-0.4593');
 * const config = await repository.readJson('config.json');
 * ```
 */
export async function openRepository(idOrPath: string, options: RepositoryOptions = {}): Promise<Repository> {
  const files = await locate(idOrPath, options);
  const open = async (path: string) => files.open(checkRelativePath(path));
  return {
    name: files.name,
    list: files.list,
    has: async (path) => files.has(checkRelativePath(path)),
    open,
    async readJson(path) {
      const source = await open(path);
      try {
        return JSON.parse(new TextDecoder().decode(await source.read(0, source.size)));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw contentError(options.type, `${source.name} is not JSON: ${error.message}.`, error);
      } finally {
        await source.close();
      }
    },
  };
}

/** Each kind of place loads when it is first used: a page needs no more than one. */
async function locate(idOrPath: string, options: RepositoryOptions): Promise<RepositoryFiles> {
  if (/^https?:\/\//.test(idOrPath)) {
    const { openUrlRepository } = await import('./urlRepository.js');
    return openUrlRepository(idOrPath, options);
  }

  const found = idOrPath === '' ? undefined : await platform.files?.stat(idOrPath);
  if (platform.files && found?.kind === 'directory') {
    const { openLocalRepository } = await import('./localRepository.js');
    return openLocalRepository(platform.files, idOrPath, options.type);
  }
  if (found)
    throw contentError(options.type, `${idOrPath} is a file, expected a directory: pass the directory it is in.`);

  if (looksLikePath(idOrPath)) {
    const advice = platform.files ? 'check the path' : 'a page has no files: pass a Hub id or a URL';
    throw contentError(options.type, `There is no directory ${idOrPath}; ${advice}.`);
  }
  if (!isHubId(idOrPath))
    throw new HubError(
      `"${idOrPath}" is neither an existing directory nor an id on the Hub. Expected a path such as ./birds, an id ` +
        `such as owner/name (letters, digits, "-", "_" and ".", at most 96 of them), or a URL.`,
    );
  const { openHubRepository } = await import('./hubRepository.js');
  return openHubRepository(idOrPath, options);
}

const looksLikePath = (text: string): boolean =>
  /^(\.{1,2}$|\.{0,2}[/\\]|~|[a-zA-Z]:)/.test(text) || text.includes('\\');

/** The rules of the Hub for names of repositories. */
const isHubId = (text: string): boolean =>
  /^[\w.-]+(\/[\w.-]+)?$/.test(text) &&
  text.length <= 96 &&
  !/--|\.\.|\.git$/.test(text) &&
  text.split('/').every((part) => !/^[-.]|[-.]$/.test(part));

/** Paths may come from outside, e.g. from a repository's listing, and are joined to directories: none may lead out. */
function checkRelativePath(path: string): string {
  const parts = path.split('/');
  if (
    path.includes('\\') ||
    /^[a-zA-Z]:/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  )
    throw new HubError(`"${path}" is not a path inside a repository; expected one such as data/train.parquet.`);
  return path;
}
