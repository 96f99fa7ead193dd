import { HubError } from '../errors.js';
import type { ByteSource } from '../platform/platform.js';
import { withinSeconds } from './checkedFetch.js';
import { checkRange } from './checkRange.js';
import { countTries, PassingError, type RetryPolicy } from './retries.js';

/** A file on a web server that answers requests for byte ranges. */
export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  /** Size in bytes. */
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Tries once, and throws a {@link HubError} for every answer that is not a success; see `checkedFetch`. */
  readonly fetch: typeof fetch;
  readonly policy: RetryPolicy;
  /** Called for every piece that arrives, with its length and where it ends in the file. */
  readonly onBytes?: (length: number, end: number) => void;
}

/** Bytes [from, end) of a file, of which those before `at` are there already. */
export interface WantedBytes {
  readonly from: number;
  readonly at: number;
  readonly end: number;
}

/** So much without a failure is progress: failures before it are forgotten. It bounds how often a file is asked for. */
const PROGRESS_BYTES = 2 ** 20;

/**
 * Brings bytes of a file, piece by piece and each with its place, in rising order from `at` on. A connection that breaks or
 * stalls is taken up where it broke; when the file on the server is another one then, all begins again at `from`.
 * Checks that the server sends these bytes and all of them: the Blob of \@huggingface/hub takes what comes, also when a
 * server ignores the range or a proxy cuts the answer.
 */
export async function download(
  file: RemoteFile,
  { from, at, end }: WantedBytes,
  write: (piece: Uint8Array<ArrayBuffer>, position: number) => void | Promise<void>,
): Promise<void> {
  const tries = countTries(file.policy);
  let etag: string | undefined;
  let mark = at;
  while (at < end) {
    try {
      const response = await file.fetch(file.url, { headers: requestHeaders(file, at, end, etag) });
      const isWhole = isWholeFile(file, response, { from, at, end });
      const isOther = at > from && etag !== undefined && etagOf(response) !== etag;
      etag = etagOf(response);
      if (isWhole || isOther) at = from;
      if (isOther && !isWhole) {
        cancel(response);
        throw new PassingError(`${file.name} changed on the server while it was read.`, { reason: 'content' });
      }
      for await (const piece of readBody(file, response)) {
        if (piece.length > end - at) throw lengthError(file, 'more bytes than the expected', end - from);
        await write(piece, at);
        at += piece.length;
        file.onBytes?.(piece.length, at);
      }
      if (at < end) throw lengthError(file, `${end - at} bytes fewer than the expected`, end - from);
    } catch (error) {
      if (at - mark >= PROGRESS_BYTES) {
        tries.restart();
        mark = at;
      }
      await tries.waitAfter(error);
    }
  }
}

function requestHeaders(file: RemoteFile, at: number, end: number, etag: string | undefined): Record<string, string> {
  return { ...file.headers, Range: `bytes=${at}-${end - 1}`, ...(etag !== undefined && { 'If-Range': etag }) };
}

/** A strong one: a weak one promises less than the same bytes. */
function etagOf(response: Response): string | undefined {
  const etag = response.headers.get('ETag');
  return etag?.startsWith('"') ? etag : undefined;
}

/** Whether the answer is the whole file from its beginning, in place of the range. Throws when it is neither. */
function isWholeFile(file: RemoteFile, response: Response, { from, at, end }: WantedBytes): boolean {
  const range = response.headers.get('Content-Range');
  if (response.status === 206) {
    const [, start, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range ?? '') ?? [];
    const isAsked = Number(start) === at && Number(last) === end - 1 && (total === '*' || Number(total) === file.size);
    if (range === null || isAsked) return false; // null where CORS hides it
  }
  if (response.status === 200 && from === 0 && end === file.size) return true;
  cancel(response);
  throw new HubError(
    `${file.name}: asked for bytes ${at}-${end - 1} of ${file.size}, the server answered ${response.status} with ` +
      `${range ?? 'the whole file'}; it, or a proxy before it, does not serve byte ranges.`,
    response.status,
    { reason: 'content' },
  );
}

const lengthError = (file: RemoteFile, found: string, expected: number): PassingError =>
  new PassingError(`${file.name}: ${found} ${expected} bytes arrived.`, { reason: 'network' });

/** A body in pieces as they arrive. (Browsers do not all have the async iteration of streams.) */
async function* readBody(
  file: Pick<RemoteFile, 'name' | 'policy'>,
  response: Response,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { stallSeconds } = file.policy;
  const reader = response.body?.getReader();
  if (!reader) return;
  const stop = (): void => void reader.cancel().catch(() => {}); // a broken stream has nothing left to cancel
  try {
    for (;;) {
      const next = await withinSeconds(stallSeconds, reader.read(), stop).catch((cause: unknown) => {
        throw new PassingError(`${file.name}: the connection broke half way.`, { cause, reason: 'network' });
      });
      if (!next)
        throw new PassingError(`${file.name}: the connection stalls, no byte for ${stallSeconds} s.`, {
          reason: 'network',
        });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stop();
  }
}

/** The whole body of an answer, as {@link readBody} reads it. */
export async function readWhole(
  file: Pick<RemoteFile, 'name' | 'policy'>,
  response: Response,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of readBody(file, response)) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function cancel(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** A file on a web server that is read by ranges, one request each. */
export function remoteSource(file: RemoteFile): ByteSource {
  return {
    name: file.name,
    size: file.size,
    async read(start, end) {
      checkRange(file.name, file.size, start, end);
      const bytes = new Uint8Array(end - start);
      await download(file, { from: start, at: start, end }, (piece, position) => bytes.set(piece, position - start));
      return bytes;
    },
    close: async () => {},
  };
}
