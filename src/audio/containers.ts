/** What the first bytes of a file say: which container it is. */

/** For error messages. */
export const SUPPORTED_FORMATS = 'WAV (PCM, float, A-law, µ-law, ADPCM), AIFF, FLAC, Ogg (Vorbis, Opus, FLAC) and MP3';

/** Containers that this library reads on every platform, and others that a browser may read. */
export type Container = 'WAV' | 'AIFF' | 'FLAC' | 'Ogg' | 'MP3' | ForeignContainer;
/** Read by the platform's own decoder, where it has one. */
export type ForeignContainer = 'MP4' | 'AAC' | 'WebM' | 'CAF';

/** Bytes at the start of a file that {@link containerOf} looks at. */
export const HEAD_BYTES = 64;

/** Whether the bytes at `offset` are these characters of Latin-1. */
export const hasText = (bytes: Uint8Array, offset: number, text: string): boolean =>
  [...text].every((character, i) => bytes[offset + i] === character.charCodeAt(0));

/** An MPEG audio header: 11 bits of sync, then version and layer, of which one value each is reserved. */
const hasMpegSync = (head: Uint8Array, layers: readonly number[]): boolean =>
  head[0] === 0xff && (head[1]! & 0xe0) === 0xe0 && (head[1]! & 0x18) !== 0x08 && layers.includes((head[1]! >> 1) & 3);

const TESTS: readonly (readonly [Container, (head: Uint8Array) => boolean])[] = [
  ['WAV', (head) => ['RIFF', 'RF64', 'BW64'].some((magic) => hasText(head, 0, magic)) && hasText(head, 8, 'WAVE')],
  ['AIFF', (head) => hasText(head, 0, 'FORM') && (hasText(head, 8, 'AIFF') || hasText(head, 8, 'AIFC'))],
  ['FLAC', (head) => hasText(head, 0, 'fLaC')],
  ['Ogg', (head) => hasText(head, 0, 'OggS')],
  ['MP4', (head) => hasText(head, 4, 'ftyp')],
  ['WebM', (head) => hasText(head, 0, '\x1a\x45\xdf\xa3')],
  ['CAF', (head) => hasText(head, 0, 'caff')],
  ['MP3', (head) => hasMpegSync(head, [1, 2, 3])],
  ['AAC', (head) => hasMpegSync(head, [0])],
];

/** The container that begins with these bytes. */
export const containerOf = (head: Uint8Array): Container | undefined => TESTS.find(([, test]) => test(head))?.[0];

/** The first bytes, in hexadecimal and as text, e.g. `bytes 54 68 69 73 ("This")`. */
export function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  const start = [...bytes.subarray(0, 12)];
  const hex = start.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = start.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `bytes ${hex} ("${text}")`;
}

/** Length of the ID3v2 tag at the start, 0 where there is none; its size has 7 bits a byte. */
export function id3Length(head: Uint8Array): number {
  if (!hasText(head, 0, 'ID3') || head.length < 10) return 0;
  const hasFooter = (head[5]! & 0x10) !== 0;
  return 10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0) + (hasFooter ? 10 : 0);
}
