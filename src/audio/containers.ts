/** What the first bytes of a file say: which container it is, and how many samples it promises. */

/** For error messages. */
export const SUPPORTED_FORMATS = 'WAV (PCM, float, A-law, µ-law, ADPCM), FLAC, Ogg Vorbis, Opus, MP3 and AIFF';

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether the bytes at `offset` are these ASCII characters. */
export const hasText = (bytes: Uint8Array, offset: number, text: string): boolean =>
  [...text].every((character, i) => bytes[offset + i] === character.charCodeAt(0));

export const isWave = (bytes: Uint8Array): boolean =>
  ['RIFF', 'RF64', 'BW64'].some((magic) => hasText(bytes, 0, magic)) && hasText(bytes, 8, 'WAVE');

/** The first bytes, in hexadecimal and as text, e.g. `bytes 54 68 69 73 ("This")`. */
export function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  const start = [...bytes.subarray(0, 12)];
  const hex = start.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = start.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `bytes ${hex} ("${text}")`;
}

/**
 * The least number of samples a channel of a FLAC, AIFF or MP3 file has by its header, 0 where the header does not say.
 * (A WAV file's header is read by wav.ts; Ogg has no such header.)
 */
export function promisedFrames(bytes: Uint8Array): number {
  const sound = bytes.subarray(id3Length(bytes));
  if (hasText(sound, 0, 'fLaC')) return promisedByFlac(sound);
  if (hasText(sound, 0, 'FORM')) return promisedByAiff(sound);
  const isMpegLayer3 = sound[0] === 0xff && (sound[1]! & 0xe6) === 0xe2;
  return isMpegLayer3 ? promisedByMp3(sound) : 0;
}

/** 36 bits of the STREAMINFO block, the first. */
const promisedByFlac = (file: Uint8Array): number =>
  file.length < 26 ? 0 : (file[21]! & 0x0f) * 2 ** 32 + view(file).getUint32(22);

/** A number in the COMM chunk; audio-decode has read the chunks by then, so they are whole. */
function promisedByAiff(file: Uint8Array): number {
  for (let at = 12; at + 14 <= file.length; ) {
    if (hasText(file, at, 'COMM')) return view(file).getUint32(at + 10);
    const size = view(file).getUint32(at + 4);
    at += 8 + size + (size % 2);
  }
  return 0;
}

/** Length of the ID3v2 tag at the start; its size has 7 bits a byte. */
function id3Length(bytes: Uint8Array): number {
  if (!hasText(bytes, 0, 'ID3') || bytes.length < 10) return 0;
  return 10 + bytes.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}

/** The first frame of most MP3 files is not sound but a "Xing" or "Info" header behind the room of the side information. */
function promisedByMp3(frame: Uint8Array): number {
  const isMpeg1 = (frame[1]! & 0x18) === 0x18;
  const isMono = (frame[3]! & 0xc0) === 0xc0;
  const header = 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const hasFrameCount = (frame[header + 7]! & 1) === 1;
  if (
    frame.length < header + 12 ||
    !hasFrameCount ||
    !(hasText(frame, header, 'Xing') || hasText(frame, header, 'Info'))
  )
    return 0;
  const frames = view(frame).getUint32(header + 8);
  // The decoder cuts off what the encoder put before and behind the sound, less than three frames.
  return Math.max(frames - 3, 0) * (isMpeg1 ? 1152 : 576);
}
