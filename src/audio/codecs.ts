/**
 * Compressed sound, decoded piece by piece with the packages @audio/decode-*, which are loaded when first used. They give
 * neither samples nor an error for many broken files, so what they give is checked.
 */
import type { ByteSource } from '../hub/index.js';
import { hasText } from './containers.js';
import { type DecodedChannels, type DecodedPiece, mixDown } from './mixDown.js';
import { type OggDamage, wholePages } from './ogg.js';
import type { Problems } from './problems.js';
import { promisedByMp3, readFlacHeader } from './promisedFrames.js';
import { readPieces } from './readPieces.js';

interface Decoded extends DecodedChannels {
  readonly errors?: readonly { readonly message: string }[];
}
interface Decoder {
  decode(bytes: Uint8Array): Decoded;
  flush?(): Decoded;
  free(): void;
}

/** How a file is decoded, and what it should give. */
interface Plan {
  readonly codec: keyof typeof decoders;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** The least number of samples by its header; 0 where it does not say. */
  readonly promised: number;
  readonly damage?: OggDamage;
}

const decoders = {
  FLAC: async (): Promise<Decoder> => (await import('@audio/decode-flac')).decoder(),
  MP3: async (): Promise<Decoder> => (await import('@audio/decode-mp3')).decoder(),
  Opus: async (): Promise<Decoder> => (await import('@audio/decode-opus')).decoder(),
  Vorbis: async (): Promise<Decoder> => (await import('@audio/decode-vorbis')).decoder(),
};

/** A decoder keeps what it has not yet understood; with a damaged file that could be all of it. */
const MOST_BYTES_WITHOUT_SOUND = 2 ** 24;

/**
 * Samples of a FLAC, Ogg or MP3 file.
 *
 * @param start where the sound begins, behind tags
 * @param pieceBytes bytes that are read at a time
 */
export async function* decodeCompressed(
  source: ByteSource,
  container: 'FLAC' | 'Ogg' | 'MP3',
  start: number,
  problems: Problems,
  pieceBytes?: number,
): AsyncGenerator<DecodedPiece> {
  const plan = await planOf(source, container, start, problems, pieceBytes);
  let fault: string | undefined;
  let frames = 0;
  for await (const piece of decodePieces(plan, (reason) => (fault ??= reason))) {
    frames += piece.samples.length;
    yield piece;
  }
  const found = plan.damage?.first ?? fault;
  if (frames === 0)
    throw problems.fail(
      `its ${plan.codec} data from byte ${start} on give no samples: ${found ?? 'they are damaged or cut short'}`,
    );
  if (frames < plan.promised)
    problems.warn(
      `it has ${frames} of the ${plan.promised} samples that its header promises: ${found ?? 'it is cut short or damaged'}`,
    );
  else if (found) problems.warn(`${found}; the ${frames} samples that could be read are used`);
}

async function planOf(
  source: ByteSource,
  container: 'FLAC' | 'Ogg' | 'MP3',
  start: number,
  problems: Problems,
  pieceBytes?: number,
): Promise<Plan> {
  const read = (from: number, before?: Uint8Array) => readPieces(source, from, source.size, { before, pieceBytes });
  if (container === 'FLAC') {
    const { header, audioStart, frames } = await readFlacHeader(source, start, problems);
    return { codec: 'FLAC', pieces: read(audioStart, header), promised: frames };
  }
  const head = await source.read(start, Math.min(start + 512, source.size));
  if (container === 'MP3') return { codec: 'MP3', pieces: read(start), promised: promisedByMp3(head) };
  const damage: OggDamage = { first: undefined };
  const pieces = wholePages(read(start), damage);
  return { codec: codecOfOgg(head, problems), pieces, promised: 0, damage };
}

/** The first packet of a stream names its codec. */
function codecOfOgg(page: Uint8Array, problems: Problems): keyof typeof decoders {
  const packet = page.subarray(27 + page[26]!);
  if (hasText(packet, 0, 'OpusHead')) return 'Opus';
  if (hasText(packet, 0, '\x01vorbis')) return 'Vorbis';
  if (hasText(packet, 0, '\x7fFLAC')) return 'FLAC';
  throw problems.fail('its first Ogg page names none of the codecs Vorbis, Opus and FLAC');
}

/** @param onFault told why decoding ended early */
async function* decodePieces({ codec, pieces }: Plan, onFault: (reason: string) => void): AsyncGenerator<DecodedPiece> {
  const decoder = await decoders[codec]();
  let hasFailed = false;
  const attempt = (decode: () => Decoded): DecodedPiece | undefined => {
    try {
      const decoded = withoutConsole(decode);
      const [error] = decoded.errors ?? [];
      if (error) onFault(`its decoder says ${error.message}`);
      return mixDown(decoded);
    } catch (error) {
      hasFailed = true;
      onFault(`its decoder says ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  let bytesWithoutSound = 0;
  try {
    for await (const bytes of pieces) {
      const piece = bytes.length === 0 ? undefined : attempt(() => decoder.decode(bytes));
      bytesWithoutSound = piece ? 0 : bytesWithoutSound + bytes.length;
      if (piece) yield piece;
      if (bytesWithoutSound > MOST_BYTES_WITHOUT_SOUND) return onFault(`no sound in ${bytesWithoutSound} bytes`);
      if (hasFailed) return;
    }
    const last = decoder.flush && attempt(() => decoder.flush!());
    if (last) yield last;
  } finally {
    free(decoder);
  }
}

/** mpg123-decoder writes to the console what it also returns. */
function withoutConsole<T>(run: () => T): T {
  const { error } = console;
  console.error = () => {};
  try {
    return run();
  } finally {
    console.error = error;
  }
}

/** A decoder that failed may fail again when it is freed; its memory goes with it. */
function free(decoder: Decoder): void {
  try {
    decoder.free();
  } catch {
    // Nothing is left to do.
  }
}
