import { HubError } from '../errors.js';
import type { ByteSource } from '../platform/platform.js';
import { checkRange } from './checkRange.js';

/** A file on a web server that answers requests for byte ranges. */
export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  /** Size in bytes. */
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Throws a {@link HubError} for every answer that is not a success; see `checkedFetch`. */
  readonly fetch: typeof fetch;
  /** Called with the length of every piece that arrives. */
  readonly onBytes?: (length: number) => void;
}

/**
 * Streams bytes [start, end) of a file. Checks that the server sends these bytes and all of them: the Blob of
 * \@huggingface/hub takes what comes, also when a server ignores the range or a proxy cuts the answer.
 */
export async function* download(file: RemoteFile, start: number, end: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (start === end) return; // HTTP has no empty range
  const response = await file.fetch(file.url, { headers: { ...file.headers, Range: `bytes=${start}-${end - 1}` } });
  checkAnsweredRange(file, response, start, end);
  let missing = end - start;
  for await (const piece of readBody(file.name, response)) {
    missing -= piece.length;
    if (missing < 0) break;
    file.onBytes?.(piece.length);
    yield piece;
  }
  if (missing !== 0)
    throw new HubError(
      `${file.name}: ${missing < 0 ? 'more' : `${missing} bytes fewer`} than the expected ${end - start} bytes arrived; ` +
        'nothing was kept. Try again.',
    );
}

function checkAnsweredRange(file: RemoteFile, response: Response, start: number, end: number): void {
  const range = response.headers.get('Content-Range');
  const isAsked =
    response.status === 206
      ? range === null || range.startsWith(`bytes ${start}-${end - 1}/`) // null where CORS hides it
      : response.status === 200 && start === 0 && end === file.size;
  if (isAsked) return;
  response.body?.cancel().catch(() => {});
  throw new HubError(
    `${file.name}: asked for bytes ${start}-${end - 1}, the server answered ${response.status} with ` +
      `${range ?? 'the whole file'}; it, or a proxy before it, does not serve byte ranges.`,
    response.status,
  );
}

/** The body in pieces as they arrive. (Browsers do not all have the async iteration of streams.) */
async function* readBody(name: string, response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        const message = `${name}: the connection broke half way; nothing was kept. Try again.`;
        throw new HubError(message, undefined, { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // a broken stream has nothing left to cancel
  }
}

/** A file on a web server that is read by ranges, one request each. */
export function remoteSource(file: RemoteFile): ByteSource {
  return {
    name: file.name,
    size: file.size,
    async read(start, end) {
      checkRange(file.name, file.size, start, end);
      const bytes = new Uint8Array(end - start);
      let at = 0;
      for await (const piece of download(file, start, end)) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
    close: async () => {},
  };
}
