/** What the Hugging Face Hub answers, from repositories in memory: the half of the fake Hub that knows no sockets. */
import { createHash } from 'node:crypto';

export interface StoredFile {
  bytes: Buffer;
  /** Git's hash of the content. */
  oid: string;
  /** Large files have the SHA-256 of their content as ETag, and come from another address. */
  sha256: string | undefined;
}
export type Commit = ReadonlyMap<string, StoredFile>;

export interface StoredRepo {
  token?: string | undefined;
  gated?: boolean | undefined;
  /** Branches and tags. */
  refs: Map<string, string>;
  commits: Map<string, Commit>;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Whether the body is a file's, which may be asked for by ranges. */
  isFile?: boolean;
}

export const LARGE = /\.(safetensors|parquet|bin|wav|ogg|flac|zip)$/;

export const hash = (algorithm: string, ...parts: (string | Uint8Array)[]): string =>
  parts.reduce((sum, part) => sum.update(part), createHash(algorithm)).digest('hex');

/** A commit of these files, and its hash. */
export function makeCommit(files: Record<string, string | Uint8Array>): [id: string, commit: Commit] {
  const commit = new Map<string, StoredFile>();
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
    const sha256 = LARGE.test(path) ? hash('sha256', bytes) : undefined;
    commit.set(path, { bytes, oid: hash('sha1', `blob ${bytes.length}\0`, bytes), sha256 });
  }
  return [hash('sha1', ...[...commit].flatMap(([path, { oid }]) => [path, oid])), commit];
}

export const json = (value: unknown, headers: Record<string, string> = {}, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

export const refusal = (status: number, code?: string): Answer =>
  json({ error: code ?? `status ${status}` }, code === undefined ? {} : { 'X-Error-Code': code }, status);

const file = (bytes: Buffer, headers: Record<string, string>): Answer => ({
  status: 200,
  headers: { ...headers, 'Accept-Ranges': 'bytes' },
  body: bytes,
  isFile: true,
});

const API = /^\/api\/(models|datasets)\/(.+?)\/(revision|tree|paths-info)\/([^/]+)(?:\/(.*))?$/;
const RESOLVE = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/;
const CDN = /^\/cdn\/(\w+)\/[^/]+$/;

/** Answers one request; `body` is what was posted. */
export function answerAsHub(
  repos: ReadonlyMap<string, StoredRepo>,
  url: URL,
  authorization: string | undefined,
  body: string,
  pageSize: number,
): Answer {
  const api = API.exec(url.pathname);
  const resolve = RESOLVE.exec(url.pathname);
  const cdn = CDN.exec(url.pathname);
  if (cdn) return answerAsCdn(repos, cdn[1]!);

  const name = api ? (api[1] === 'datasets' ? 'datasets/' : '') + api[2] : (resolve?.[1] ?? '');
  const revision = decodeURIComponent((api ? api[4] : resolve?.[2]) ?? '');
  const repo = repos.get(name);
  // As the Hub: who shows no token is not told whether a repository exists.
  if (!repo || (repo.token !== undefined && authorization !== `Bearer ${repo.token}`))
    return refusal(authorization ? 404 : 401, 'RepoNotFound');
  const id = repo.refs.get(revision) ?? revision;
  const commit = repo.commits.get(id);
  if (!commit) return refusal(404, 'RevisionNotFound');

  if (api?.[3] === 'revision') return json(describeRepo(name, id, commit));
  if (api?.[3] === 'tree') return answerTree(url, commit, api[5] ?? '', pageSize, id);
  if (api) {
    const { paths } = JSON.parse(body) as { paths: string[] };
    return json(paths.flatMap((path) => (commit.has(path) ? describeFile(path, commit.get(path)!, id) : [])));
  }
  return answerFile(repo, commit, id, decodeURIComponent(resolve?.[3] ?? ''));
}

function answerFile(repo: StoredRepo, commit: Commit, id: string, path: string): Answer {
  const found = commit.get(path);
  if (!found) return refusal(404, 'EntryNotFound');
  if (repo.gated) return refusal(403, 'GatedRepo');
  const { bytes, oid, sha256 } = found;
  const headers = { 'X-Repo-Commit': id };
  if (sha256 === undefined) return file(bytes, { ...headers, ETag: `"${oid}"` });
  const linked = { 'X-Linked-ETag': `"${sha256}"`, 'X-Linked-Size': String(bytes.length) };
  const Location = `/cdn/${sha256}/${encodeURIComponent(path.split('/').at(-1)!)}`;
  return { status: 302, headers: { ...headers, ...linked, Location }, body: Buffer.alloc(0) };
}

function answerAsCdn(repos: ReadonlyMap<string, StoredRepo>, sha256: string): Answer {
  for (const { commits } of repos.values())
    for (const commit of commits.values())
      for (const stored of commit.values())
        if (stored.sha256 === sha256) return file(stored.bytes, { ETag: '"of-the-cdn"' });
  return refusal(404);
}

const describeRepo = (name: string, sha: string, commit: Commit) => ({
  _id: 'fake',
  id: name.replace(/^datasets\//, ''),
  sha,
  private: false,
  gated: false,
  downloads: 0,
  likes: 0,
  lastModified: '2024-01-01T00:00:00.000Z',
  siblings: [...commit.keys()].map((rfilename) => ({ rfilename })),
});

const describeFile = (path: string, { bytes, oid, sha256 }: StoredFile, commit: string) => ({
  type: 'file',
  path,
  size: bytes.length,
  oid,
  ...(sha256 && { lfs: { oid: sha256, size: bytes.length, pointerSize: 134 } }),
  lastCommit: { id: commit, title: 'add files', date: '2024-01-01T00:00:00.000Z' },
});

function answerTree(url: URL, commit: Commit, folder: string, pageSize: number, id: string): Answer {
  const prefix = folder === '' ? '' : `${folder}/`;
  const recursive = url.searchParams.get('recursive') === 'true';
  const entries = new Map<string, object>();
  for (const [path, stored] of [...commit].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!path.startsWith(prefix)) continue;
    const parts = path.slice(prefix.length).split('/');
    const folders = parts.slice(0, -1).map((_, depth) => prefix + parts.slice(0, depth + 1).join('/'));
    for (const parent of recursive ? folders : folders.slice(0, 1))
      entries.set(parent, { type: 'directory', path: parent, size: 0, oid: hash('sha1', parent) });
    if (recursive || parts.length === 1) entries.set(path, describeFile(path, stored, id));
  }
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const next = new URL(url);
  next.searchParams.set('cursor', String(from + pageSize));
  const page = [...entries.values()].slice(from, from + pageSize);
  return json(page, from + pageSize < entries.size ? { Link: `<${next}>; rel="next"` } : {});
}
