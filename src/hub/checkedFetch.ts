import { HubError } from '../errors.js';

/** Explains why a server refused a request, and what to do. */
export type Explain = (status: number, headers: Headers) => string;

/**
 * A `fetch` that throws a {@link HubError} when there is no answer or it is not a success. Every request of this folder
 * goes through it, those of \@huggingface/hub too, so this is the place for what concerns all requests.
 */
export function checkedFetch(send: typeof fetch, server: string, explain: Explain): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init).catch((cause: unknown) => {
      throw new HubError(
        `There is no connection to ${server} (${describeCause(cause)}): check the network, a proxy or firewall, and the ` +
          'address (of the Hub: hubUrl or HF_ENDPOINT).',
        undefined,
        { cause },
      );
    });
    if (response.ok) return response;
    response.body?.cancel().catch(() => {});
    throw new HubError(explain(response.status, response.headers), response.status);
  };
}

/** The host of an address, as messages name it. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch (cause) {
    throw new HubError(`"${url}" is not a URL; expected one such as https://huggingface.co.`, undefined, { cause });
  }
}

/** Node's fetch says only "fetch failed"; the reason is in the cause. */
function describeCause(error: unknown): string {
  const reason: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || ('code' in reason ? String(reason.code) : reason.name);
}

/** Explains the answers that mean the same from every server; `undefined` for others. */
export function explainBusyServer(server: string, status: number, headers: Headers): string | undefined {
  const seconds = headers.get('Retry-After');
  if (status === 429)
    return `${server} limits how often you may ask (429): try again ${seconds ? `in ${seconds} seconds` : 'later'}.`;
  if (status >= 500) return `${server} is failing (${status}): try again later.`;
  return undefined;
}
