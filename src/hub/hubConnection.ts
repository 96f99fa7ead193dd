import { HubError } from '../errors.js';
import { checkedFetch, hostOf } from './checkedFetch.js';
import { type RemoteFile, readWhole } from './download.js';
import { findHubUrl, findToken } from './environment.js';
import { explainHubAnswer } from './hubAnswers.js';
import type { RepositoryOptions } from './repositoryTypes.js';
import { retryPolicyOf, withRetries } from './retries.js';

/** What identifies the content of a file: the hash by which the Hub knows it, and its size in bytes. */
export interface Content {
  /** SHA-256 of a large file (64 digits), git's hash of another (40). */
  readonly etag: string;
  readonly size: number;
}

/** What can be asked of the Hub about one repository. All requests fail with a {@link HubError}. */
export interface HubConnection {
  /** `owner/name`, or `datasets/owner/name`. */
  readonly name: string;
  /** The commit that the revision names now. */
  findCommit(): Promise<string>;
  /** All files at a commit, by path. */
  fetchListing(commit: string): Promise<ReadonlyMap<string, Content>>;
  file(commit: string, path: string, size: number): RemoteFile;
}

/** Checks the options and loads \@huggingface/hub; sends nothing yet. */
export async function connectToHub(id: string, options: RepositoryOptions): Promise<HubConnection> {
  const { type = 'model', revision = 'main' } = options;
  const token = await findToken(options.token);
  const hubUrl = findHubUrl(options.hubUrl);
  const policy = retryPolicyOf(options.retry, options.onWarning);
  const name = type === 'dataset' ? `datasets/${id}` : id;
  const explain = explainHubAnswer({ id, type, revision, hubUrl, hasToken: token !== undefined });
  const send = checkedFetch(options.fetch ?? fetch, hostOf(hubUrl), explain, policy.stallSeconds);
  /** An answer with its body, so that one that breaks off is asked for again. */
  const ask: typeof fetch = (input, init) =>
    withRetries(async () => {
      const answer = await send(input, init);
      return new Response(await readWhole({ name: hubUrl, policy }, answer), answer);
    }, policy);

  const { datasetInfo, listFiles, modelInfo } = await import('@huggingface/hub');
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const access = { hubUrl, fetch: ask, ...(token && { accessToken: token }) };

  const unreadable = (problem: string, cause?: unknown): HubError =>
    new HubError(`${hubUrl} answered about ${name} what cannot be read (${problem}); check hubUrl.`, undefined, {
      cause,
      reason: 'content',
    });
  const readable = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw error instanceof HubError ? error : unreadable(String(error), error);
    });

  // Commits and hashes become file names, so they are checked.
  async function findCommit(): Promise<string> {
    const query = { ...access, name: id, revision, additionalFields: ['sha' as const] };
    const { sha } = await (type === 'dataset' ? datasetInfo(query) : modelInfo(query));
    if (!isCommit(sha)) throw unreadable('no commit');
    return sha;
  }

  async function fetchListing(commit: string): Promise<Map<string, Content>> {
    const listing = new Map<string, Content>();
    const entries = listFiles({ ...access, repo: { type, name: id }, revision: commit, recursive: true });
    for await (const { type: kind, path, size, oid, lfs } of entries) {
      if (kind !== 'file') continue;
      const etag = lfs?.oid ?? oid ?? '';
      if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) throw unreadable(`no hash of ${path}`);
      listing.set(path, { etag, size: lfs?.size ?? size });
    }
    return listing;
  }

  return {
    name,
    findCommit: async () => (isCommit(revision) ? revision : readable(findCommit())),
    fetchListing: (commit) => readable(fetchListing(commit)),
    file: (commit, path, size) => ({
      name: `${name}/${path}`,
      url: `${hubUrl}/${name}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`,
      size,
      headers,
      fetch: send,
      policy,
    }),
  };
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** @throws {HubError} when it is none; revisions become parts of addresses and file names */
export function checkRevision(revision: string): void {
  if (!/^\w[\w./+-]*$/.test(revision) || /\.\.|\/$/.test(revision))
    throw new HubError(
      `"${revision}" is not a revision; expected a branch such as main, a tag, or a commit.`,
      undefined,
      { reason: 'revision' },
    );
}
