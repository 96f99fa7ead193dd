import { encodeImaAdpcm } from '../audio/encodeImaAdpcm.js';
import { MelSpectrogramExtractor, resample, type Waveform } from '../audio/index.js';
import { type Color, colorTable } from '../plots/colorMap.js';
import { openPen } from '../plots/pen.js';
import { base64 } from './base64.js';
import { type ClipMedia, soundRate } from './pageData.js';

/** Size of a spectrogram at most, in pixels: two bins a row, and as many frames a column as it takes. */
const size = { width: 180, height: 64 };
/** What is softer than the loudest by more is black, in dB. */
const RANGE = 80;
const DECIBELS = 10 / Math.LN10;

const extractor = new MelSpectrogramExtractor({ samplingRate: soundRate });

/** Makes sound and picture of a clip small enough for a page. */
export async function clipMedia(waveform: Waveform, { sound }: { sound: boolean }): Promise<ClipMedia> {
  const { samples } = waveform.sampleRate === soundRate ? waveform : resample(waveform, soundRate);
  const end = samples.findLastIndex((sample) => sample !== 0) + 1;
  return {
    image: base64(await spectrogramImage({ samples, sampleRate: soundRate })),
    seconds: samples.length / soundRate,
    ...(sound && end > 0 && { sound: base64(encodeImaAdpcm(samples.subarray(0, end))) }),
  };
}

/** Log-mel power from 20 Hz to 8 kHz as a PNG file, low frequencies at the bottom. */
async function spectrogramImage(waveform: Waveform): Promise<Uint8Array> {
  const { data, frames, bins } = extractor.fbank(waveform);
  const framesInColumn = Math.ceil(frames / size.width);
  const binsInRow = bins / size.height;
  const width = Math.ceil(frames / framesInColumn);
  const loudest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const pixels = new Uint8Array(width * size.height);
  for (let row = 0; row < size.height; row++)
    for (let column = 0; column < width; column++) {
      const from = column * framesInColumn;
      const to = Math.min(frames, from + framesInColumn);
      const lowest = (size.height - 1 - row) * binsInRow;
      let sum = 0;
      for (let frame = from; frame < to; frame++)
        for (let bin = lowest; bin < lowest + binsInRow; bin++) sum += data[frame * bins + bin]!;
      const decibels = (sum / ((to - from) * binsInRow) - loudest) * DECIBELS;
      pixels[row * width + column] = 255 * Math.max(0, 1 + decibels / RANGE);
    }
  const { encode } = await import('fast-png');
  const image = { width, height: size.height, depth: 8, channels: 1, data: pixels, palette: await palette() } as const;
  return encode(image, { zlib: { level: 9 } });
}

let colors: Promise<Color[]> | undefined;

/** The colours of all other spectrograms. */
const palette = (): Promise<Color[]> => (colors ??= openPen().then((pen) => colorTable(pen, 'magma')));
