/**
 * A reader of the headers of AIFF and AIFF-C files. Our own, because the decoders on npm take 8-bit samples for unsigned and
 * make room for as many samples as a header promises.
 *
 * Format: Apple's "Audio Interchange File Format AIFF-C" (1991).
 */
import type { ByteSource } from '../hub/index.js';
import { type Chunk, chunksOf, describeCut, readChunk } from './chunks.js';
import type { Problems } from './problems.js';
import { interleaved, isSampleEncoding, type SampleData, type SampleFormat } from './sampleFormat.js';

/** Encodings by the compression types of AIFF-C; that of PCM is named by its bits. */
const ENCODINGS = new Map([
  ['NONE', 'PCM'],
  ['twos', 'PCM'],
  ['sowt', 'PCM'],
  ['in24', 'PCM'],
  ['in32', 'PCM'],
  ['raw ', 'unsigned 8'],
  ['fl32', 'float 32'],
  ['FL32', 'float 32'],
  ['fl64', 'float 64'],
  ['FL64', 'float 64'],
  ['alaw', 'A-law'],
  ['ALAW', 'A-law'],
  ['ulaw', 'µ-law'],
  ['ULAW', 'µ-law'],
]);

/**
 * Finds and checks the samples of an AIFF file; reads no more than its headers.
 *
 * @throws what `problems.fail` makes
 */
export async function openAiff(source: ByteSource, problems: Problems): Promise<SampleData> {
  let common: Common | undefined;
  let sound: Chunk | undefined;
  for await (const chunk of chunksOf(source, { isLittleEndian: false })) {
    if (chunk.id === 'COMM') common = readCommon(await readChunk(source, chunk), chunk, problems);
    if (chunk.id === 'SSND') sound = chunk;
    if (common && sound) break;
    if (chunk.start + chunk.size > source.size && chunk.id !== 'SSND') throw problems.fail(describeCut(source, chunk));
  }
  if (!common)
    throw problems.fail(`it has no 'COMM' chunk, which says what its samples are, in its ${source.size} bytes`);
  if (!sound) throw problems.fail(`it has no 'SSND' chunk, which holds the samples, in its ${source.size} bytes`);

  const header = await readChunk(source, sound, 8);
  if (header.byteLength < 8) throw problems.fail(describeCut(source, sound));
  const start = sound.start + 8 + header.getUint32(0);
  const end = Math.min(sound.start + sound.size, source.size);
  const { format, sampleRate } = common;
  const frames = Math.min(common.frames, format.framesIn(Math.max(end - start, 0)));
  if (frames > 0 && frames < common.frames)
    problems.warn(`it has ${frames} of the ${common.frames} samples that its header promises: it is cut short`);
  return { format, sampleRate, start, end, frames };
}

interface Common {
  readonly format: SampleFormat;
  readonly sampleRate: number;
  readonly frames: number;
}

/** @param view content of the `COMM` chunk */
function readCommon(view: DataView, { start }: Chunk, problems: Problems): Common {
  const fail = (reason: string): Error => problems.fail(`${reason} (its 'COMM' chunk at byte ${start - 8})`);
  if (view.byteLength < 18) throw fail(`its header has ${view.byteLength} bytes; expected 18 or more`);
  const channels = view.getUint16(0);
  const frames = view.getUint32(2);
  const bits = view.getUint16(6);
  const letters = view.byteLength >= 22 ? [18, 19, 20, 21].map((at) => view.getUint8(at)) : [];
  const compression = letters.length === 0 ? 'NONE' : String.fromCharCode(...letters);

  if (channels === 0) throw fail('its header says 0 channels');
  const kind = ENCODINGS.get(compression);
  if (!kind) throw fail(`its compression is '${compression}'; expected ${[...ENCODINGS.keys()].join(', ')}`);
  // Samples of e.g. 12 bits are in the upper bits of whole bytes.
  const encoding = kind === 'PCM' ? `PCM ${Math.ceil(bits / 8) * 8}` : kind;
  if (!isSampleEncoding(encoding)) throw fail(`it has samples of ${bits} bits; expected 1 to 32`);
  return { format: interleaved(encoding, channels, compression === 'sowt'), sampleRate: readFloat80(view, 8), frames };
}

/** A number of 80 bits: sign, 15 bits of exponent, 64 of mantissa with the one before the point. */
function readFloat80(view: DataView, at: number): number {
  const exponent = view.getUint16(at) & 0x7fff;
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  const sign = view.getUint8(at) & 0x80 ? -1 : 1;
  return sign * mantissa * 2 ** (exponent - 16383 - 63);
}
