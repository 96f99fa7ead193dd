/** The half of the fake Hub that takes uploads: accounts, new repositories and branches, large files (LFS), commits. */
import { type Answer, hash, json, LARGE, makeCommit, refusal, type StoredRepo } from './fakeHubAnswers.js';

export interface FakeAccount {
  name: string;
  /** `'read'` may look only. */
  role: 'read' | 'write';
}

export interface FakeUploads {
  readonly repos: Map<string, StoredRepo>;
  /** By token. */
  readonly accounts: Readonly<Record<string, FakeAccount>>;
  /** Large files that have arrived, by their SHA-256. */
  readonly large: Map<string, Buffer>;
}

const PREUPLOAD_OR_COMMIT = /^\/api\/models\/(.+?)\/(preupload|commit)\/([^/]+)$/;
const BRANCH = /^\/api\/models\/(.+?)\/branch\/([^/]+)$/;
const BATCH = /^\/(.+?)\.git\/info\/lfs\/objects\/batch$/;
const LFS = /^\/lfs-upload\/(\w+)\/(\d+)$/;

/** Answers what belongs to an upload; `undefined` for other requests. */
export function answerAsUploadHub(
  hub: FakeUploads,
  method: string,
  url: URL,
  authorization: string | undefined,
  body: Buffer,
): Answer | undefined {
  const path = url.pathname;
  const lfs = method === 'PUT' ? LFS.exec(path) : null;
  if (lfs) return storeLarge(hub, lfs[1]!, Number(lfs[2]), body);
  const whoAmI = path === '/api/whoami-v2';
  const target = [PREUPLOAD_OR_COMMIT, BRANCH, BATCH].map((pattern) => pattern.exec(path)).find(Boolean);
  if (!whoAmI && (method !== 'POST' || (path !== '/api/repos/create' && !target))) return undefined;

  const account = hub.accounts[authorization?.replace('Bearer ', '') ?? ''];
  if (!account) return refusal(401, 'InvalidToken');
  if (whoAmI) return json({ type: 'user', name: account.name, orgs: [], auth: { type: 'access_token' } });
  if (path === '/api/repos/create') return createRepo(hub, account, JSON.parse(body.toString()), url);

  const name = target![1]!;
  const repo = hub.repos.get(name);
  if (!repo) return refusal(404, 'RepoNotFound');
  const isPullRequest = url.searchParams.get('create_pr') === '1';
  const mayWrite = account.role === 'write' && (name.startsWith(`${account.name}/`) || isPullRequest);
  if (!mayWrite && !BATCH.test(path)) return refusal(403, 'Forbidden');

  if (BATCH.test(path)) return answerBatch(hub, JSON.parse(body.toString()), url);
  const revision = decodeURIComponent(target!.at(-1)!);
  if (BRANCH.test(path)) {
    if (repo.refs.has(revision)) return refusal(409);
    repo.refs.set(revision, repo.refs.get('main')!);
    return json({});
  }
  if (!repo.refs.has(revision)) return refusal(404, 'RevisionNotFound');
  if (target![2] === 'preupload') return answerPreupload(JSON.parse(body.toString()));
  return commit(hub, { repo, name, revision, isPullRequest }, body.toString(), url);
}

function createRepo(hub: FakeUploads, account: FakeAccount, asked: Record<string, string>, url: URL): Answer {
  const name = `${asked['organization']}/${asked['name']}`;
  if (account.role !== 'write' || asked['organization'] !== account.name) return refusal(403, 'Forbidden');
  if (hub.repos.has(name)) return refusal(409);
  const [id, first] = makeCommit({ '.gitattributes': '*.safetensors filter=lfs diff=lfs merge=lfs -text\n' });
  const token = Object.entries(hub.accounts).find(([, known]) => known === account)![0];
  hub.repos.set(name, {
    ...(asked['visibility'] === 'private' && { token }),
    refs: new Map([['main', id]]),
    commits: new Map([[id, first]]),
  });
  return json({ url: `${url.origin}/${name}`, name, id: name });
}

const answerPreupload = ({ files }: { files: { path: string; size: number; sample: string }[] }): Answer =>
  json({ files: files.map(({ path }) => ({ path, uploadMode: LARGE.test(path) ? 'lfs' : 'regular' })) });

function answerBatch(hub: FakeUploads, asked: { objects: { oid: string; size: number }[] }, url: URL): Answer {
  const objects = asked.objects.map(({ oid, size }) => ({
    oid,
    size,
    ...(!hub.large.has(oid) && { actions: { upload: { href: `${url.origin}/lfs-upload/${oid}/${size}` } } }),
  }));
  return json({ transfer: 'basic', objects });
}

function storeLarge(hub: FakeUploads, oid: string, size: number, body: Buffer): Answer {
  if (body.length !== size || hash('sha256', body) !== oid) return refusal(400);
  hub.large.set(oid, body);
  return json({});
}

interface Target {
  repo: StoredRepo;
  name: string;
  revision: string;
  isPullRequest: boolean;
}

/** A commit is lines of JSON: a header, then one operation each. */
function commit(hub: FakeUploads, { repo, name, revision, isPullRequest }: Target, body: string, url: URL): Answer {
  const [header, ...operations] = body.split('\n').map((line) => JSON.parse(line));
  if (header.key !== 'header' || !header.value.summary) return refusal(400);
  const files: Record<string, Uint8Array> = {};
  for (const [path, { bytes }] of repo.commits.get(repo.refs.get(revision)!)!) files[path] = bytes;
  for (const { key, value } of operations) {
    if (key === 'file') files[value.path] = Buffer.from(value.content, value.encoding);
    else if (key === 'lfsFile' && hub.large.get(value.oid)?.length === value.size)
      files[value.path] = hub.large.get(value.oid)!;
    else return refusal(400);
  }
  const [id, made] = makeCommit(files);
  repo.commits.set(id, made);
  repo.refs.set(isPullRequest ? 'refs/pr/1' : revision, id);
  return json({
    success: true,
    commitOid: id,
    commitUrl: `${url.origin}/${name}/commit/${id}`,
    hookOutput: '',
    ...(isPullRequest && { pullRequestUrl: `${url.origin}/${name}/discussions/1` }),
  });
}
