import { platform } from '#platform';
import { HubError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';

/** The variables that Hugging Face's Python library reads, with the same meaning. Those of yes or no know these words. */
const isSet = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

/** Whether nothing may be asked of the Hub. */
export const isOffline = (): boolean =>
  isSet(platform.environment['HF_HUB_OFFLINE'] || platform.environment['TRANSFORMERS_OFFLINE']);

/** The directory where Hugging Face's libraries keep the token and the cache. */
function homeOf(files: FileSystem): string {
  const { HF_HOME, XDG_CACHE_HOME } = platform.environment;
  if (HF_HOME) return expandHome(files, HF_HOME);
  return files.join(XDG_CACHE_HOME || files.join(files.homeDirectory(), '.cache'), 'huggingface');
}

/** The cache directory that the Python library would use. */
export function defaultCacheDirectory(files: FileSystem): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = platform.environment;
  const cache = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE;
  return cache ? expandHome(files, cache) : files.join(homeOf(files), 'hub');
}

const expandHome = (files: FileSystem, path: string): string =>
  /^~(?=$|[/\\])/.test(path) ? files.join(files.homeDirectory(), path.slice(1)) : path;

/** Address of the Hub, without a slash at its end. */
export const findHubUrl = (hubUrl: string | undefined): string =>
  (hubUrl ?? (platform.environment['HF_ENDPOINT'] || 'https://huggingface.co')).replace(/\/+$/, '');

/**
 * The access token: the one given, else that of `HF_TOKEN`, else the one that `hf auth login` wrote. An empty one given means
 * that none is sent.
 *
 * @throws {HubError} when it is none of the Hub
 */
export async function findToken(given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return checkToken(given, 'the option token');
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN } = platform.environment;
  if (isSet(HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  if (HF_TOKEN) return checkToken(HF_TOKEN, 'the variable HF_TOKEN');
  if (HUGGING_FACE_HUB_TOKEN) return checkToken(HUGGING_FACE_HUB_TOKEN, 'the variable HUGGING_FACE_HUB_TOKEN');
  const { files } = platform;
  if (!files) return undefined;
  const path = HF_TOKEN_PATH ? expandHome(files, HF_TOKEN_PATH) : files.join(homeOf(files), 'token');
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  return checkToken(new TextDecoder().decode(await files.readFile(path)), `the file ${path}`);
}

function checkToken(text: string, origin: string): string | undefined {
  const token = text.trim();
  if (token === '') return undefined;
  if (/^hf_\w+$/.test(token)) return token;
  throw new HubError(`An access token of the Hub begins with "hf_"; check ${origin}.`, undefined, { reason: 'token' });
}

/** Seconds without a byte after which a connection counts as stalled, where the environment says. */
export function timeoutOfEnvironment(): number | undefined {
  const seconds = Number(platform.environment['HF_HUB_DOWNLOAD_TIMEOUT']);
  return seconds > 0 ? seconds : undefined;
}
