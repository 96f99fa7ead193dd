/**
 * A strict reader of WAV files (RIFF, RF64). Our own, because audio-decode 3.12, which decodes everything else, scales 16-bit
 * samples by 1/32768 below zero and 1/32767 above (its error is 93 dB below the sound; every other reader has none), gives
 * no samples for RF64 and for files with a chunk of odd length, and no error for a zero rate, a missing chunk or a file
 * that ends early. Its decoders of A-law, µ-law and ADPCM are right and serve here, on a file stripped to two chunks.
 *
 * Format: Microsoft's "Multiple Channel Audio Data and WAVE Files", EBU Tech 3306 (RF64).
 */
import { hasText } from './containers.js';

/** What the chunks of a WAV file say. */
export interface WavFile {
  /** Codec, e.g. 1 for PCM; of an extensible format, the one inside. */
  readonly codec: number;
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes of a frame (one sample of every channel); of a block, for ADPCM. */
  readonly blockAlign: number;
  readonly bitsPerSample: number;
  /** Content of the `fmt ` chunk. */
  readonly format: Uint8Array;
  /** Content of the `data` chunk. */
  readonly data: Uint8Array;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const CODECS = new Map([
  [PCM, 'PCM'],
  [0x02, 'Microsoft ADPCM'],
  [FLOAT, 'float'],
  [0x06, 'A-law'],
  [0x07, 'µ-law'],
  [0x11, 'IMA ADPCM'],
]);
/** Writers that cannot seek back put -1 (ffmpeg) or nearly 2^31 (SoX) for a size they do not know: the data go to the end. */
const UNKNOWN_SIZES = [0xffffffff, 0x7ffff000];

type ReadSample = (view: DataView, offset: number) => number;
const SAMPLE_READERS = new Map<string, ReadSample>([
  ['PCM 8', (view, at) => (view.getUint8(at) - 128) / 2 ** 7],
  ['PCM 16', (view, at) => view.getInt16(at, true) / 2 ** 15],
  ['PCM 24', (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23],
  ['PCM 32', (view, at) => view.getInt32(at, true) / 2 ** 31],
  ['float 32', (view, at) => view.getFloat32(at, true)],
  ['float 64', (view, at) => view.getFloat64(at, true)],
]);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Finds and checks the chunks of a WAV file.
 * @param fail makes the error that is thrown from its reason
 */
export function parseWav(bytes: Uint8Array, fail: (reason: string) => Error): WavFile {
  const view = viewOf(bytes);
  let format: Uint8Array | undefined;
  let size64: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const start = at + 8;
    let size = view.getUint32(at + 4, true);
    const isData = hasText(bytes, at, 'data');
    if (isData && size === 0xffffffff && size64 !== undefined) size = size64;
    else if (isData && UNKNOWN_SIZES.includes(size)) size = bytes.length - start;
    if (size > bytes.length - start) {
      const name = String.fromCharCode(...bytes.subarray(at, at + 4));
      throw fail(
        `its '${name}' chunk has ${bytes.length - start} of the ${size} bytes it promises: the file is cut short`,
      );
    }
    const chunk = bytes.subarray(start, start + size);
    if (hasText(bytes, at, 'fmt ')) format = chunk;
    if (hasText(bytes, at, 'ds64') && size >= 16) size64 = Number(viewOf(chunk).getBigUint64(8, true));
    if (isData) return readFormat(format, chunk, fail);
    at = start + size + (size % 2); // chunks begin at even offsets
  }
  throw fail(`it has no 'data' chunk, which holds the samples`);
}

function readFormat(format: Uint8Array | undefined, data: Uint8Array, fail: (reason: string) => Error): WavFile {
  if (!format || format.length < 16) throw fail(`it has no complete 'fmt ' chunk before its samples`);
  const view = viewOf(format);
  const tag = view.getUint16(0, true);
  const codec = tag === EXTENSIBLE && format.length >= 26 ? view.getUint16(24, true) : tag;
  const file = {
    codec,
    channels: view.getUint16(2, true),
    sampleRate: view.getUint32(4, true),
    blockAlign: view.getUint16(12, true),
    bitsPerSample: view.getUint16(14, true),
    format,
    data,
  };
  const name = CODECS.get(codec);
  if (!name) throw fail(`its codec is 0x${codec.toString(16)}; expected ${[...CODECS.values()].join(', ')}`);
  if (file.channels === 0) throw fail('its header says 0 channels');
  if (file.sampleRate === 0) throw fail('its header says a sampling rate of 0 Hz');
  const { channels, blockAlign, bitsPerSample } = file;
  if (codec === PCM || codec === FLOAT) {
    if (!SAMPLE_READERS.has(`${name} ${bitsPerSample}`))
      throw fail(`it has ${name} samples of ${bitsPerSample} bits; expected ${[...SAMPLE_READERS.keys()].join(', ')}`);
    const frameBytes = (bitsPerSample / 8) * channels;
    if (blockAlign !== frameBytes)
      throw fail(`its frames have ${blockAlign} bytes; ${channels} x ${bitsPerSample} bits make ${frameBytes}`);
  } else {
    // 4 bits a sample or more; a damaged header must not make the decoder allocate what is not there.
    const samplesPerBlock = format.length >= 20 ? view.getUint16(18, true) : 0;
    if (blockAlign === 0 || samplesPerBlock * channels > 2 * blockAlign)
      throw fail(`its blocks of ${blockAlign} bytes cannot hold ${samplesPerBlock} x ${channels} ${name} samples`);
  }
  return file;
}

/** Samples of PCM or float, channels averaged; `undefined` for other codecs. */
export function readPcm({ codec, channels, blockAlign, bitsPerSample, data }: WavFile): Float32Array | undefined {
  if (codec !== PCM && codec !== FLOAT) return undefined;
  const read = SAMPLE_READERS.get(`${CODECS.get(codec)} ${bitsPerSample}`)!; // parseWav has checked
  const view = viewOf(data);
  const width = blockAlign / channels;
  const samples = new Float32Array(Math.floor(data.length / blockAlign));
  for (let frame = 0, at = 0; frame < samples.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += width) sum += read(view, at);
    samples[frame] = sum / channels;
  }
  return samples;
}

/** The same sound as a plain RIFF file of two chunks, for a decoder that reads nothing else. */
export function stripWav({ format, data }: WavFile): Uint8Array {
  const even = format.length + (format.length % 2);
  const bytes = new Uint8Array(28 + even + data.length);
  const view = viewOf(bytes);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, even, true);
  bytes.set(format, 20);
  text(20 + even, 'data');
  view.setUint32(24 + even, data.length, true);
  bytes.set(data, 28 + even);
  return bytes;
}
