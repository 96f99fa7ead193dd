import { HubError } from '../errors.js';
import { checkedFetch, type Explain, explainBusyServer, hostOf } from './checkedFetch.js';
import { findHubUrl, findToken } from './environment.js';

/** A file to upload: its path in the repository, and its bytes, or a `file:` address. */
export interface FileToPush {
  readonly path: string;
  readonly content: Blob | URL;
}

/** Where an upload is. */
export interface PushedRepository {
  /** The repository's page: what to tell others. */
  readonly url: string;
  /** `owner/name`: what `fromPretrained` and Python's `pipeline` take. */
  readonly repoId: string;
  /** The new commit. */
  readonly commit: string;
  readonly commitUrl: string;
  /** The pull request, where one was asked for. */
  readonly pullRequestUrl?: string;
}

/** How far an upload is. */
export interface UploadProgress {
  /** Path of the file in the repository. */
  readonly file: string;
  /** Large files are hashed before they are sent. */
  readonly phase: 'hashing' | 'uploading';
  /** Share of it that is done, 0 to 1. */
  readonly progress: number;
}

/** Settings of an upload. */
export interface UploadOptions {
  /** Access token of the Hub with the right to write (`hf_…`); default the environment variable `HF_TOKEN`, else the login of `hf auth login`. */
  readonly token?: string;
  /** Whether a new repository is private. Default: what the account has set, public as a rule. One that is there stays as it is. */
  readonly private?: boolean;
  /** Title of the commit. Default `'Upload model'`. */
  readonly commitMessage?: string;
  /** Text below the title. */
  readonly commitDescription?: string;
  /** Branch to commit to, made where there is none. Default `'main'`. */
  readonly revision?: string;
  /** Open a pull request with the commit: the way into a repository that is not yours. Default false. */
  readonly createPr?: boolean;
  /** Address of the Hub; default the environment variable `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly hubUrl?: string;
  /** Stands in for the global `fetch`, e.g. to go through a proxy. */
  readonly fetch?: typeof fetch;
  /** Called when a file is hashed and sent. */
  readonly onProgress?: (progress: UploadProgress) => void;
}

/** An upload to one repository. */
export interface Upload {
  /** `owner/name`. */
  readonly repoId: string;
  /** Makes the repository and the branch where there are none; `commit` does it too. */
  prepare(): Promise<void>;
  /** Sends files, and commits them all or none. */
  commit(files: readonly FileToPush[]): Promise<PushedRepository>;
}

/** Checks the options and finds the account; uploads nothing yet. */
export async function openUpload(repoId: string, options: UploadOptions): Promise<Upload> {
  const { revision: branch = 'main', createPr = false, onProgress } = options;
  const token = await findToken(options.token);
  if (!token)
    throw new HubError(
      'Uploading needs an access token with the right to write, and there is none: make one at ' +
        'https://huggingface.co/settings/tokens, then pass the option token, set HF_TOKEN or log in (hf auth login).',
      undefined,
      { reason: 'token' },
    );
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repoId) || /--|\.\.|\.git$/.test(repoId) || repoId.length > 96)
    throw new HubError(`"${repoId}" cannot be the name of a repository; expected one such as me/birds.`);
  const hubUrl = findHubUrl(options.hubUrl);

  const { commitIter, createBranch, createRepo, whoAmI } = await import('@huggingface/hub');
  /** Why the repository could not be made: what follows may be possible all the same. */
  let refused: HubError | undefined;
  const state = { id: repoId, hubUrl, createPr, refusal: () => refused };
  const send = checkedFetch(options.fetch ?? fetch, hostOf(hubUrl), explainPush(state), Number.POSITIVE_INFINITY); // an answer comes when all is sent
  const access = { hubUrl, fetch: send, accessToken: token };
  if (!repoId.includes('/')) state.id = `${(await readable(whoAmI(access), hubUrl)).name}/${repoId}`;
  const repo = { type: 'model', name: state.id } as const;

  let prepared: Promise<void> | undefined;
  const make = async (): Promise<void> => {
    const visibility = options.private === undefined ? undefined : options.private ? 'private' : 'public';
    await readable(createRepo({ ...access, repo, ...(visibility && { visibility }) }), hubUrl).catch(
      (error: unknown) => {
        // 409: it is there. 403: it cannot be made, but may be there, and open to this token or to a pull request.
        if (!(error instanceof HubError) || (error.status !== 409 && error.status !== 403)) throw error;
        refused = error;
      },
    );
    if (branch === 'main' || createPr) return;
    await readable(createBranch({ ...access, repo, branch }), hubUrl).catch((error: unknown) => {
      if (!(error instanceof HubError) || error.status !== 409) throw error;
    });
  };
  const prepare = (): Promise<void> => (prepared ??= make());

  return {
    repoId: state.id,
    prepare,
    async commit(files) {
      await prepare();
      const events = commitIter({
        ...access,
        repo,
        branch,
        isPullRequest: createPr,
        title: options.commitMessage ?? 'Upload model',
        ...(options.commitDescription && { description: options.commitDescription }),
        operations: files.map(({ path, content }) => ({ operation: 'addOrUpdate', path, content })),
        useXet: false, // plain HTTP, which asks for no memory of the file's size
      });
      for (;;) {
        const { done, value } = await readable(events.next(), hubUrl);
        if (!done) {
          if (value.event !== 'fileProgress' || value.state === 'error') continue;
          onProgress?.({ file: value.path, phase: value.state, progress: value.progress });
        } else {
          if (!value) throw new HubError(`${hubUrl} said nothing of the commit; look at ${hubUrl}/${state.id}.`);
          const { commit, pullRequestUrl } = value;
          return {
            url: `${hubUrl}/${state.id}`,
            repoId: state.id,
            commit: commit.oid,
            commitUrl: commit.url,
            ...(pullRequestUrl && { pullRequestUrl }),
          };
        }
      }
    },
  };
}

/** What the client throws of itself becomes a HubError too. */
const readable = <T>(answer: Promise<T>, hubUrl: string): Promise<T> =>
  answer.catch((cause: unknown) => {
    if (cause instanceof HubError) throw cause;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new HubError(
      `The upload to ${hubUrl} failed: ${said} Upload again: what has arrived is not sent twice.`,
      undefined,
      { cause },
    );
  });

interface PushContext {
  id: string;
  readonly hubUrl: string;
  readonly createPr: boolean;
  readonly refusal: () => HubError | undefined;
}

/** Explains the Hub's refusals of an upload. */
function explainPush(context: PushContext): Explain {
  const { hubUrl } = context;
  return (status, headers) =>
    explainBusyServer(hostOf(hubUrl), status, headers) ?? { message: refusalOf(context, status, headers) };
}

function refusalOf(context: PushContext, status: number, headers: Headers): string {
  const { id, hubUrl, createPr } = context;
  const said = headers.get('X-Error-Message');
  const detail = `(${status}${said ? `, ${said}` : ''})`;
  const exists = context.refusal()?.status === 409;
  if (status === 401)
    return `The Hub does not accept the token ${detail}: make a new one with the right to write at ${hubUrl}/settings/tokens.`;
  if (status === 403)
    return exists
      ? `There is a repository "${id}" already, and the token may not write to it ${detail}: if it is yours, use a token with the ` +
          `right to write (${hubUrl}/settings/tokens); else choose another name${createPr ? '' : ', or pass createPr: true'}.`
      : `The token may not write to "${id}" ${detail}: check the owner before the "/", and that the token has the right to write ` +
          `(${hubUrl}/settings/tokens).`;
  if (status === 404 && context.refusal())
    return (
      `There is no repository "${id}" that the token may see, and it may not make one ${detail}: check the owner before the "/", ` +
      `and that the token has the right to write (${hubUrl}/settings/tokens).`
    );
  if (status === 413)
    return `A file is larger than the Hub takes ${detail}: save the model with a smaller maxShardSize.`;
  return `The Hub refused the upload to "${id}" ${detail}. Nothing was committed.`;
}
