/**
 * A Hugging Face Hub on loopback, from files in memory: the routes as \@huggingface/hub calls them and as the Hub answers
 * them (statuses, X-Error-Code, paging, ranges, large files by way of another address), with faults on request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answerAsHub, makeCommit, refusal, type StoredRepo } from './fakeHubAnswers.js';
import { answerAsUploadHub, type FakeAccount } from './fakeHubUploads.js';

export interface FakeRepo {
  files: Record<string, string | Uint8Array>;
  /** Only who shows this token is told that the repository exists. */
  token?: string;
  /** Everybody may list the files; reading them is answered by 403. */
  gated?: boolean;
}

/**
 * What happens to an answer. A number or `{ status, headers }`: this status instead. `'offline'`: no answer at all.
 * `'not-json'`: a page of HTML. To the content of a file: `'cut'` sends half, then breaks the connection; `'stall'`
 * sends half, then nothing until `cut()`; `'short'` sends half and says that this was all; `'long'` sends twice as much;
 * `'ignore-range'` sends the whole file.
 */
export type Fault = number | { status: number; headers: Record<string, string> } | (typeof FAULTS)[number];
const FAULTS = ['offline', 'not-json', 'cut', 'stall', 'short', 'long', 'ignore-range'] as const;
const CONTENT_FAULTS: readonly Fault[] = ['cut', 'stall', 'short', 'long', 'ignore-range'];

export interface FakeRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface FakeHub {
  /** To be passed as `hubUrl`. */
  readonly url: string;
  /** All requests so far, the redirected ones too. */
  readonly requests: FakeRequest[];
  /** Spoils the next `times` answers to requests whose `METHOD /path` contains `match`; content faults wait for content. */
  fail(match: string, fault: Fault, times?: number): void;
  /** A new commit on `main` (or another branch or tag): these files in place of the old ones. Older commits stay. */
  push(repo: string, files: FakeRepo['files'], revision?: string): void;
  /** The commit that a branch or tag names. */
  commit(repo: string, revision?: string): string;
  /** Breaks all connections: for a receiver in another process, once it has what was sent. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Starts the server on a free port. `repos` maps `owner/name` (models) and `datasets/owner/name` to what they hold;
 * `pageSize` is how many entries a page of the listing has.
 *
 * @example
 * ```ts
 * const hub = await startFakeHub({ repos: { 'me/birds': { files: { 'config.json': '{}' } } } });
 * hub.fail('config.json', 503);
 * await openRepository('me/birds', { hubUrl: hub.url, cacheDir });
 * ```
 */
export async function startFakeHub(options: {
  repos: Record<string, FakeRepo>;
  pageSize?: number;
  /** Who may upload, by token. */
  accounts?: Record<string, FakeAccount>;
}): Promise<FakeHub> {
  const repos = new Map<string, StoredRepo>();
  const requests: FakeRequest[] = [];
  const uploads = { repos, accounts: options.accounts ?? {}, large: new Map<string, Buffer>() };
  const faults: { match: string; fault: Fault; times: number }[] = [];

  function push(name: string, files: FakeRepo['files'], revision = 'main'): void {
    const repo = repos.get(name);
    if (!repo) throw new Error(`The fake Hub has no repository ${name}.`);
    const [id, commit] = makeCommit(files);
    repo.commits.set(id, commit);
    repo.refs.set(revision, id);
  }
  for (const [name, { files, token, gated }] of Object.entries(options.repos)) {
    repos.set(name, { token, gated, refs: new Map(), commits: new Map() });
    push(name, files);
  }

  function takeFault(request: string, { isFile }: Answer): Fault | undefined {
    const found = faults.find(
      ({ match, times, fault }) => times > 0 && request.includes(match) && (isFile || !CONTENT_FAULTS.includes(fault)),
    );
    if (found) found.times--;
    return found?.fault;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request;
    const { range, authorization, host } = request.headers;
    requests.push({ method, path, range, authorization });
    const url = new URL(path, `http://${host}`);
    const body = await buffer(request);
    const answer =
      answerAsUploadHub(uploads, method, url, authorization, body) ??
      answerAsHub(repos, url, authorization, body.toString(), options.pageSize ?? 1000);
    send(method, range, answer, takeFault(`${method} ${path}`, answer), response);
  }
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (match, fault, times = 1) => faults.push({ match, fault, times }),
    push,
    commit: (name, revision = 'main') => repos.get(name)?.refs.get(revision) ?? '',
    cut: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(
  method: string,
  range: string | undefined,
  answer: Answer,
  fault: Fault | undefined,
  response: ServerResponse,
): void {
  if (fault === 'offline') {
    response.destroy();
    return;
  }
  if (fault === 'not-json') {
    response.end('<html>Sign in to this network</html>');
    return;
  }
  if (typeof fault === 'number' || typeof fault === 'object') {
    const refused = typeof fault === 'number' ? refusal(fault) : { ...fault, body: '' };
    response.writeHead(refused.status, refused.headers).end(refused.body);
    return;
  }

  const asked = answer.isFile && fault !== 'ignore-range' ? /^bytes=(\d+)-(\d+)$/.exec(range ?? '') : null;
  const size = answer.body.length;
  const [start, end] = asked ? [Number(asked[1]), Math.min(Number(asked[2]) + 1, size)] : [0, size];
  if (asked && start >= size) {
    response.writeHead(416).end();
    return;
  }
  const content = answer.body.subarray(start, end);
  const half = content.subarray(0, content.length >> 1);
  const body = fault === 'short' ? half : fault === 'long' ? Buffer.concat([content, content]) : content;
  response.writeHead(asked ? 206 : answer.status, {
    ...answer.headers,
    ...(asked && { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
    'Content-Length': body.length,
  });
  if (method === 'HEAD') response.end();
  else if (fault === 'stall') response.write(half);
  else if (fault === 'cut') response.write(half, () => void breakLater(response));
  else response.end(body);
}

/** A receiver throws away what it has not read when the connection breaks. In this process it reads within these turns. */
async function breakLater(response: ServerResponse): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await sleep(5);
  response.destroy();
}
