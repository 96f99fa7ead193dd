import { platform } from '#platform';
import type { ByteSource } from '../hub/index.js';
import { openAiff } from './aiff.js';
import { decodeCompressed } from './codecs.js';
import {
  containerOf,
  describeStart,
  type ForeignContainer,
  HEAD_BYTES,
  id3Length,
  SUPPORTED_FORMATS,
} from './containers.js';
import { type DecodedPiece, mixDown } from './mixDown.js';
import type { Problems } from './problems.js';
import { createResampler } from './resampler.js';
import type { SampleData } from './sampleFormat.js';
import { openWav } from './wav.js';

/** The samples of a sound, piece by piece. */
export interface SampleStream {
  /** Samples a second of what `pieces` gives, in Hz. */
  readonly sampleRate: number;
  /** How many samples `pieces` will give, where the header says and they are there. */
  readonly length: number | undefined;
  readonly pieces: AsyncIterable<Float32Array>;
}

/** No sound for people or animals is outside; a damaged header may say 1 Hz, and 16 kHz would take 16000 times the memory. */
const LOWEST_RATE = 1000;
const HIGHEST_RATE = 4_000_000;

/**
 * Opens a sound of any container: one reader for what is decoded as a whole and for what is streamed.
 *
 * @param sampleRate rate to resample to; default: the sound's own
 * @throws what `problems.fail` makes; later pieces may throw it too
 */
export async function openSamples(source: ByteSource, problems: Problems, sampleRate?: number): Promise<SampleStream> {
  const own = await openOwnRate(source, problems);
  const { sampleRate: from, length } = own;
  if (!Number.isSafeInteger(from) || from < LOWEST_RATE || from > HIGHEST_RATE)
    throw problems.fail(`its header says a sampling rate of ${from} Hz; expected ${LOWEST_RATE} to ${HIGHEST_RATE} Hz`);
  if (length === 0) throw problems.fail('it has no samples');
  const pieces = checkSamples(own.pieces, problems);
  if (sampleRate === undefined || sampleRate === from) return { sampleRate: from, length, pieces };
  return {
    sampleRate,
    length: length === undefined ? undefined : Math.ceil((length * sampleRate) / from),
    pieces: resamplePieces(pieces, from, sampleRate),
  };
}

async function openOwnRate(source: ByteSource, problems: Problems): Promise<SampleStream> {
  const read = (start: number): Promise<Uint8Array> => source.read(start, Math.min(start + HEAD_BYTES, source.size));
  const first = await read(0);
  const start = id3Length(first);
  if (start >= source.size && start > 0)
    throw problems.fail(`its ID3 tag promises ${start} bytes; the file has ${source.size}`);
  const head = start === 0 ? first : await read(start);
  const container = containerOf(head);
  switch (container) {
    case 'WAV':
      return readSampleData(source, await openWav(source, problems));
    case 'AIFF':
      return readSampleData(source, await openAiff(source, problems));
    case 'FLAC':
    case 'Ogg':
    case 'MP3':
      return ofOneRate(decodeCompressed(source, container, start, problems), problems);
    case undefined:
      throw problems.fail(`it begins with ${describeStart(head)}; supported are ${SUPPORTED_FORMATS}`);
    default:
      return decodeOnPlatform(source, container, problems);
  }
}

function readSampleData(source: ByteSource, { format, sampleRate, start, end, frames }: SampleData): SampleStream {
  async function* pieces(): AsyncGenerator<Float32Array> {
    const pieceBytes = format.blockBytes * Math.max(1, Math.floor(2 ** 17 / format.blockBytes));
    for (let left = frames, at = start; left > 0; at += pieceBytes) {
      const samples = format.decode(await source.read(at, Math.min(at + pieceBytes, end)));
      yield samples.subarray(0, left);
      left -= samples.length;
    }
  }
  return { sampleRate, length: frames, pieces: pieces() };
}

/** The rate of compressed sound is known when the first of it is decoded. */
async function ofOneRate(decoded: AsyncGenerator<DecodedPiece>, problems: Problems): Promise<SampleStream> {
  const first = await decoded.next();
  if (first.done) throw problems.fail('it has no samples');
  const { sampleRate } = first.value;
  async function* pieces(): AsyncGenerator<Float32Array> {
    let frames = 0;
    try {
      for (let next = first; !next.done; next = await decoded.next()) {
        const { samples, sampleRate: rate } = next.value;
        if (rate !== sampleRate)
          throw problems.fail(`its sampling rate is ${sampleRate} Hz and, from sample ${frames} on, ${rate} Hz`);
        frames += samples.length;
        yield samples;
      }
    } finally {
      await decoded.return(undefined); // frees the decoder when the rest of the sound is not wanted
    }
  }
  return { sampleRate, length: undefined, pieces: pieces() };
}

async function decodeOnPlatform(
  source: ByteSource,
  container: ForeignContainer,
  problems: Problems,
): Promise<SampleStream> {
  if (!platform.decodeSound)
    throw problems.fail(
      `it is ${container}, which only the decoder of a browser's page reads; install ffmpeg and convert it: ` +
        `ffmpeg -i ${source.name || 'sound.m4a'} sound.wav; read here are ${SUPPORTED_FORMATS}`,
    );
  const bytes = await source.read(0, source.size);
  const decoded = await platform.decodeSound(bytes.buffer).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw problems.fail(`it is ${container}, and this browser cannot decode it (${reason})`, error);
  });
  const { samples, sampleRate } = mixDown(decoded) ?? { samples: new Float32Array(), sampleRate: decoded.sampleRate };
  async function* pieces(): AsyncGenerator<Float32Array> {
    yield samples;
  }
  return { sampleRate, length: samples.length, pieces: pieces() };
}

async function* checkSamples(pieces: AsyncIterable<Float32Array>, problems: Problems): AsyncGenerator<Float32Array> {
  let before = 0;
  for await (const samples of pieces) {
    for (let i = 0; i < samples.length; i++)
      if (!Number.isFinite(samples[i]))
        throw problems.fail(`its samples are not all finite numbers: sample ${before + i} is ${samples[i]}`);
    before += samples.length;
    yield samples;
  }
}

async function* resamplePieces(
  pieces: AsyncIterable<Float32Array>,
  from: number,
  to: number,
): AsyncGenerator<Float32Array> {
  const resampler = createResampler(from, to);
  for await (const samples of pieces) yield resampler.push(samples);
  yield resampler.end();
}
