/** What the headers of FLAC and MP3 files say of how long the sound is, so that a file that is cut short is noticed. */
import type { ByteSource } from '../hub/index.js';
import { hasText } from './containers.js';
import type { Problems } from './problems.js';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** STREAMINFO is the first metadata block, of 34 bytes; pictures and tags follow it. */
const STREAM_INFO_BYTES = 34;
/** Files have a few; reading the headers of a million would take minutes. */
const MOST_BLOCKS = 1000;

interface FlacHeader {
  /** A header of STREAMINFO alone. */
  readonly header: Uint8Array;
  readonly audioStart: number;
  /** 0 where the header does not say. */
  readonly frames: number;
}

/**
 * Reads the metadata blocks of a FLAC file that begins at `start` (RFC 9639).
 *
 * @throws what `problems.fail` makes
 */
export async function readFlacHeader(source: ByteSource, start: number, problems: Problems): Promise<FlacHeader> {
  const end = start + 8 + STREAM_INFO_BYTES;
  const header = await source.read(start, Math.min(end, source.size));
  const isStreamInfo =
    header.length === end - start && (header[4]! & 0x7f) === 0 && blockSize(header.subarray(4)) === 34;
  if (!isStreamInfo) throw problems.fail(`its FLAC header at byte ${start} has no complete STREAMINFO block`);
  let audioStart = end;
  for (let isLast = (header[4]! & 0x80) !== 0, count = 1; !isLast; count++) {
    if (count > MOST_BLOCKS)
      throw problems.fail(`its FLAC header has more than ${MOST_BLOCKS} blocks, up to byte ${audioStart}`);
    if (audioStart + 4 > source.size) throw problems.fail(`it ends within its FLAC header, at byte ${source.size}`);
    const block = await source.read(audioStart, audioStart + 4);
    isLast = (block[0]! & 0x80) !== 0;
    audioStart += 4 + blockSize(block);
  }
  if (audioStart > source.size) throw problems.fail(`it ends within its FLAC header, at byte ${source.size}`);
  header[4] = 0x80; // a first block that is the last
  const frames = (header[21]! & 0x0f) * 2 ** 32 + viewOf(header).getUint32(22);
  return { header, audioStart, frames };
}

const blockSize = (block: Uint8Array): number => block[1]! * 2 ** 16 + block[2]! * 2 ** 8 + block[3]!;

/**
 * The first frame of most MP3 files is not sound but a "Xing" or "Info" header behind the room of the side information.
 *
 * @param frame the first bytes of the sound
 * @returns the least number of samples a channel has by that header; 0 where there is none
 */
export function promisedByMp3(frame: Uint8Array): number {
  const isMpeg1 = (frame[1]! & 0x18) === 0x18;
  const isMono = (frame[3]! & 0xc0) === 0xc0;
  const header = 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const hasFrameCount = (frame[header + 7]! & 1) === 1;
  const isHeader = hasText(frame, header, 'Xing') || hasText(frame, header, 'Info');
  if (frame.length < header + 12 || !hasFrameCount || !isHeader) return 0;
  const frames = viewOf(frame).getUint32(header + 8);
  // The decoder cuts off what the encoder put before and behind the sound, less than three frames.
  return Math.max(frames - 3, 0) * (isMpeg1 ? 1152 : 576);
}
