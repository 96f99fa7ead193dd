/**
 * The pages of Ogg files, checked. A decoder is given whole pages alone: the ones on npm say nothing of a page that is
 * damaged, and leave out its sound or make noise of it.
 *
 * Format: RFC 3533.
 */
import { hasText } from './containers.js';

const HEADER = 27;
const END_OF_STREAM = 4;

/** What {@link wholePages} found wrong. */
export interface OggDamage {
  /** Of the first page that is not whole. */
  first: string | undefined;
}

/**
 * Takes a file in pieces, and gives the pages that end in each piece and are whole, as they are.
 * @param damage is told of the first that is not
 */
export async function* wholePages(pieces: AsyncIterable<Uint8Array>, damage: OggDamage): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  let offset = 0; // of `rest` in the file
  let isEnded = false;

  /** Whole pages of `rest`, which then begins with one that more bytes are needed for. */
  const take = (isAll: boolean): Uint8Array => {
    const whole: Uint8Array[] = [];
    let at = 0;
    while (at < rest.length) {
      const size = pageSize(rest, at);
      if (size === undefined && !isAll) break;
      const page = size === undefined ? undefined : rest.subarray(at, at + size);
      const fault = faultOf(page);
      if (page && !fault) {
        whole.push(page);
        isEnded = (page[5]! & END_OF_STREAM) !== 0;
        at += page.length;
      } else {
        damage.first ??= `the page at byte ${offset + at} is damaged: ${fault}`;
        at = findPage(rest, at + 1);
      }
    }
    const pages = concat(whole);
    offset += at;
    rest = rest.slice(at);
    return pages;
  };

  for await (const piece of pieces) {
    rest = concat([rest, piece]);
    yield take(false);
  }
  yield take(true);
  if (!isEnded) damage.first ??= `no page ends the sound: the file is cut short at byte ${offset}`;
}

/** What is wrong with a page; `undefined`: one that the file ends in. */
function faultOf(page: Uint8Array | undefined): string | undefined {
  if (!page) return 'the file ends before it does';
  if (!hasText(page, 0, 'OggS')) return 'no page begins there';
  return isWhole(page) ? undefined : 'its checksum is wrong';
}

/** Bytes of the page at `at`, or what to skip where none begins there; `undefined` when more bytes are needed to know. */
function pageSize(bytes: Uint8Array, at: number): number | undefined {
  if (at + HEADER > bytes.length) return undefined;
  if (!hasText(bytes, at, 'OggS')) return HEADER;
  const segments = bytes[at + 26]!;
  if (at + HEADER + segments > bytes.length) return undefined;
  let size = HEADER + segments;
  for (let i = 0; i < segments; i++) size += bytes[at + HEADER + i]!;
  return at + size > bytes.length ? undefined : size;
}

/** Where the next page may begin; the last bytes may be its start. */
function findPage(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++)
    if (bytes[at] === 0x4f && (at + 4 > bytes.length || hasText(bytes, at, 'OggS'))) return at;
  return bytes.length;
}

const CHECKSUM_AT = 22;

const isWhole = (page: Uint8Array): boolean =>
  pageChecksum(page) === new DataView(page.buffer, page.byteOffset).getUint32(CHECKSUM_AT, true);

/** A cyclic redundancy check of 32 bits, polynomial 0x04c11db7, of a page with 0 for the checksum that it holds. */
export function pageChecksum(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const isChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + 4;
    crc = ((crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ (isChecksum ? 0 : page[i]!)]!) >>> 0;
  }
  return crc;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
