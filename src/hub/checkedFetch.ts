import { HubError, type HubErrorReason } from '../errors.js';
import { PassingError } from './retries.js';

/** Why a server refused a request, and what to do. */
export interface Refusal {
  readonly message: string;
  readonly reason?: HubErrorReason;
}
export type Explain = (status: number, headers: Headers) => Refusal;

/**
 * A `fetch` that throws a {@link HubError} when there is no answer within `stallSeconds` or it is not a success, a
 * {@link PassingError} when it may be one soon. Every request of this folder goes through it, those of \@huggingface/hub too.
 * It tries once; see `withRetries`.
 */
export function checkedFetch(send: typeof fetch, server: string, explain: Explain, stallSeconds: number): typeof fetch {
  return async (input, init) => {
    const controller = new AbortController();
    const answer = send(input, { ...init, signal: controller.signal });
    const response = await withinSeconds(stallSeconds, answer, () => controller.abort()).catch((cause: unknown) => {
      throw noConnection(server, cause);
    });
    if (!response) throw new PassingError(`${server} did not answer within ${stallSeconds} s.`, { reason: 'network' });
    if (response.ok) return response;
    response.body?.cancel().catch(() => {});
    throw refusalOf(response, explain(response.status, response.headers));
  };
}

/** Waits for a promise; `undefined` after so many seconds, when `giveUp` is called and what becomes of it is ignored. */
export async function withinSeconds<T>(
  seconds: number,
  promise: Promise<T>,
  giveUp: () => void,
): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.min(1000 * seconds, 2 ** 31 - 1), undefined);
  });
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), timeout]);
    if (first) return first.value;
    promise.catch(() => {});
    giveUp();
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function noConnection(server: string, cause: unknown): PassingError {
  const message =
    `There is no connection to ${server} (${describeCause(cause)}): check the network, a proxy or firewall, and the ` +
    'address (of the Hub: hubUrl or HF_ENDPOINT).';
  const code = cause instanceof Error ? (cause.cause as { code?: unknown } | undefined)?.code : undefined;
  // A page is not told why.
  const isUnreachable =
    code === undefined || /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/.test(String(code));
  return new PassingError(message, { cause, reason: 'network', isUnreachable });
}

/** Node's fetch says only "fetch failed"; the reason is in the cause. */
function describeCause(error: unknown): string {
  const reason: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || ('code' in reason ? String(reason.code) : reason.name);
}

function refusalOf({ status, headers }: Response, { message, reason }: Refusal): HubError {
  const isPassing = status === 408 || status === 429 || (status >= 500 && status !== 501);
  if (!isPassing) return new HubError(message, status, { reason });
  return new PassingError(message, { status, reason: 'busy', retryAfter: secondsToWait(headers) });
}

/** What `Retry-After` asks for: seconds, or a date. */
function secondsToWait(headers: Headers): number | undefined {
  const value = headers.get('Retry-After');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : undefined;
}

/** The host of an address, as messages name it. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch (cause) {
    throw new HubError(`"${url}" is not a URL; expected one such as https://huggingface.co.`, undefined, { cause });
  }
}

/** Explains the answers that mean the same from every server; `undefined` for others. */
export function explainBusyServer(server: string, status: number, headers: Headers): Refusal | undefined {
  const seconds = secondsToWait(headers);
  if (status === 429)
    return {
      message: `${server} limits how often you may ask (429): try again ${seconds ? `in ${seconds} seconds` : 'later'}.`,
    };
  if (status >= 500) return { message: `${server} is failing (${status}): try again later.` };
  return undefined;
}
