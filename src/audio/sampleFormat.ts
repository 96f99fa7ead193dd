/** How bytes become samples: PCM, float, A-law and µ-law. (ADPCM is in adpcm.ts.) */

/** Uncompressed or simply coded samples, as WAV and AIFF hold them. */
export interface SampleFormat {
  /** Bytes of a block: of a frame (one sample of every channel), or of ADPCM. Blocks are decoded each on its own. */
  readonly blockBytes: number;
  /** Frames in so many bytes. */
  framesIn(bytes: number): number;
  /** Samples of some blocks, of which the last may be cut short; channels averaged. */
  decode(bytes: Uint8Array): Float32Array;
}

/** Where in a file its samples are. */
export interface SampleData {
  readonly format: SampleFormat;
  readonly sampleRate: number;
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
  readonly frames: number;
}

/** Reads one sample, in [-1, 1]. */
interface SampleReader {
  readonly bytes: number;
  read(view: DataView, at: number, isLittleEndian: boolean): number;
}

/** Signed integers are divided by 2^(bits - 1). */
const READERS = {
  'unsigned 8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  'PCM 8': { bytes: 1, read: (view, at) => view.getInt8(at) / 2 ** 7 },
  'PCM 16': { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) / 2 ** 15 },
  'PCM 24': {
    bytes: 3,
    read: (view, at, isLittle) =>
      (view.getUint16(isLittle ? at : at + 1, isLittle) + view.getInt8(isLittle ? at + 2 : at) * 2 ** 16) / 2 ** 23,
  },
  'PCM 32': { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) / 2 ** 31 },
  'float 32': { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  'float 64': { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  'A-law': { bytes: 1, read: (view, at) => expandALaw(view.getUint8(at)) / 2 ** 15 },
  'µ-law': { bytes: 1, read: (view, at) => expandMuLaw(view.getUint8(at)) / 2 ** 15 },
} satisfies Record<string, SampleReader>;

/** Names of the encodings. */
export type SampleEncoding = keyof typeof READERS;

/** Whether there is an encoding of this name, e.g. `PCM 16`. */
export const isSampleEncoding = (name: string): name is SampleEncoding => Object.hasOwn(READERS, name);

/** Frames of one sample a channel, one behind the other. */
export function interleaved(encoding: SampleEncoding, channels: number, isLittleEndian: boolean): SampleFormat {
  const { bytes: width, read }: SampleReader = READERS[encoding];
  const blockBytes = width * channels;
  const framesIn = (bytes: number): number => Math.floor(bytes / blockBytes);
  return {
    blockBytes,
    framesIn,
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const samples = new Float32Array(framesIn(bytes.length));
      for (let frame = 0, at = 0; frame < samples.length; frame++) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel++, at += width) sum += read(view, at, isLittleEndian);
        samples[frame] = sum / channels;
      }
      return samples;
    },
  };
}

/** ITU-T G.711: every other bit is inverted; sign, 3 bits of exponent, 4 of mantissa. */
function expandALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

/** ITU-T G.711: all bits are inverted; the bias of 132 makes the steps of every exponent begin at a power of two. */
function expandMuLaw(code: number): number {
  const bits = ~code;
  const magnitude = ((((bits & 0x0f) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return bits & 0x80 ? -magnitude : magnitude;
}
