/**
 * A strict reader of the headers of WAV files (RIFF, RF64, BW64). Our own, because libraries on npm give wrong samples or no error for
 * files with a chunk of odd length, RF64, a zero rate, a missing chunk, or an early end; and because it reads by ranges, a
 * long recording is never in memory as a whole.
 *
 * Format: Microsoft's "Multiple Channel Audio Data and WAVE Files", EBU Tech 3306 (RF64).
 */
import type { ByteSource } from '../hub/index.js';
import { imaAdpcm, microsoftAdpcm } from './adpcm.js';
import { type Chunk, chunksOf, describeCut, readChunk } from './chunks.js';
import type { Problems } from './problems.js';
import { interleaved, isSampleEncoding, type SampleData, type SampleFormat } from './sampleFormat.js';

const EXTENSIBLE = 0xfffe;
const CODECS = new Map([
  [1, 'PCM'],
  [0x02, 'Microsoft ADPCM'],
  [3, 'float'],
  [0x06, 'A-law'],
  [0x07, 'µ-law'],
  [0x11, 'IMA ADPCM'],
]);
const LINEAR_FORMATS = ['PCM 8', 'PCM 16', 'PCM 24', 'PCM 32', 'float 32', 'float 64'];
/** Writers that cannot seek back put -1 (ffmpeg) or nearly 2^31 (SoX) for a size they do not know: the data go to the end. */
const UNKNOWN_SIZES = [0xffffffff, 0x7ffff000];

/**
 * Finds and checks the samples of a WAV file; reads no more than its headers.
 *
 * @throws what `problems.fail` makes
 */
export async function openWav(source: ByteSource, problems: Problems): Promise<SampleData> {
  let format: WavFormat | undefined;
  let size64: number | undefined;
  let factFrames = Infinity;
  const sizeOf = ({ id, size, start }: Chunk): number => {
    if (id !== 'data' || !UNKNOWN_SIZES.includes(size)) return size;
    return size === 0xffffffff && size64 !== undefined ? size64 : source.size - start;
  };
  for await (const chunk of chunksOf(source, { isLittleEndian: true, sizeOf })) {
    const { id, start, size } = chunk;
    const isCut = start + size > source.size;
    if (id === 'data') {
      if (!format) throw problems.fail(`its 'data' chunk at byte ${start - 8} comes before any 'fmt ' chunk`);
      const end = Math.min(start + size, source.size);
      // Blocks of ADPCM are padded; the 'fact' chunk says where the sound ends.
      const frames = Math.min(format.samples.framesIn(end - start), format.isAdpcm ? factFrames : Infinity);
      if (isCut && frames > 0)
        problems.warn(`${describeCut(source, chunk)}; the ${frames} samples that are there are used`);
      return { format: format.samples, sampleRate: format.sampleRate, start, end, frames };
    }
    if (isCut) throw problems.fail(describeCut(source, chunk));
    if (id === 'fmt ') format = readFormat(await readChunk(source, chunk), chunk, problems);
    if (id === 'fact' && size >= 4) factFrames = (await readChunk(source, chunk)).getUint32(0, true) || factFrames;
    if (id === 'ds64' && size >= 16) size64 = Number((await readChunk(source, chunk)).getBigUint64(8, true));
  }
  throw problems.fail(`it has no 'data' chunk, which holds the samples, in its ${source.size} bytes`);
}

interface WavFormat {
  readonly sampleRate: number;
  readonly isAdpcm: boolean;
  readonly samples: SampleFormat;
}

/** @param view content of the `fmt ` chunk */
function readFormat(view: DataView, { start }: Chunk, problems: Problems): WavFormat {
  const fail = (reason: string): Error => problems.fail(`${reason} (its 'fmt ' chunk at byte ${start - 8})`);
  if (view.byteLength < 16) throw fail(`its header has ${view.byteLength} bytes; expected 16 or more`);
  const tag = view.getUint16(0, true);
  const codec = tag === EXTENSIBLE && view.byteLength >= 26 ? view.getUint16(24, true) : tag;
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  const samplesPerBlock = view.byteLength >= 20 ? view.getUint16(18, true) : 0;

  const name = CODECS.get(codec);
  if (!name) throw fail(`its codec is 0x${codec.toString(16)}; expected ${[...CODECS.values()].join(', ')}`);
  if (channels === 0) throw fail('its header says 0 channels');

  if (name === 'Microsoft ADPCM' || name === 'IMA ADPCM') {
    if (bits !== 4) throw fail(`it has ${name} samples of ${bits} bits; expected 4`);
    const make = name === 'IMA ADPCM' ? imaAdpcm : microsoftAdpcm;
    const samples = make(blockBytes, channels, problems.fail);
    const capacity = blockBytes === 0 ? 0 : samples.framesIn(blockBytes);
    if (capacity === 0 || samplesPerBlock > capacity)
      throw fail(`its blocks of ${blockBytes} bytes cannot hold ${samplesPerBlock} x ${channels} ${name} samples`);
    return { sampleRate, isAdpcm: true, samples };
  }

  const encoding = name === 'PCM' || name === 'float' ? `${name} ${bits}` : name;
  if (!isSampleEncoding(encoding))
    throw fail(`it has ${name} samples of ${bits} bits; expected ${LINEAR_FORMATS.join(', ')}`);
  // 8-bit samples of WAV files are unsigned.
  const samples = interleaved(encoding === 'PCM 8' ? 'unsigned 8' : encoding, channels, true);
  if (blockBytes !== samples.blockBytes)
    throw fail(`its frames have ${blockBytes} bytes; ${channels} x ${bits} bits make ${samples.blockBytes}`);
  return { sampleRate, isAdpcm: false, samples };
}
