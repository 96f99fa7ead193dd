import type { MelSpectrogramExtractor } from 'ast-ts/audio';
import { type Columns, SAMPLE_RATE } from '../protocol.js';

/** What is shown below the loudest, in natural logarithms of power: 60 dB. */
const RANGE = 6 * Math.LN10;
/** A canvas of more columns is not drawn everywhere. */
const MOST_COLUMNS = 6000;
/** 25 ms frames every 10 ms. */
const FRAME = 400;
const HOP = 160;

/** The spectrogram of a whole sound; of a long one, the loudest of neighbouring frames. */
export function picture(extractor: MelSpectrogramExtractor, samples: Float32Array): Columns {
  const { data, frames, bins } = extractor.fbank({ samples, sampleRate: SAMPLE_RATE });
  const together = Math.ceil(frames / MOST_COLUMNS);
  const columns = Math.ceil(frames / together);
  const loudest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const levels = new Uint8Array(columns * bins);
  for (let frame = 0; frame < frames; frame++) {
    const row = Math.floor(frame / together) * bins;
    for (let bin = 0; bin < bins; bin++)
      levels[row + bin] = Math.max(levels[row + bin]!, levelOf(data[frame * bins + bin]!, loudest));
  }
  return { levels, columns, bins, perSecond: 100 / together };
}

/** The same for a sound that comes in pieces. What is loud is learned as it goes, and forgotten slowly. */
export function livePicture(extractor: MelSpectrogramExtractor): (samples: Float32Array) => Columns {
  const bins = extractor.config.numMelBins;
  let loudest = -3;
  let rest = new Float32Array(0);
  return (samples) => {
    const joined = new Float32Array(rest.length + samples.length);
    joined.set(rest);
    joined.set(samples, rest.length);
    const frames = Math.max(0, 1 + Math.floor((joined.length - FRAME) / HOP));
    rest = joined.slice(frames * HOP);
    if (frames === 0) return { levels: new Uint8Array(0), columns: 0, bins, perSecond: 100 };
    const { data } = extractor.fbank({ samples: joined, sampleRate: SAMPLE_RATE });
    const peak = data.reduce((most, value) => Math.max(most, value), -3);
    loudest = Math.max(peak, loudest - 0.003 * frames);
    const levels = Uint8Array.from(data.subarray(0, frames * bins), (value) => levelOf(value, loudest));
    return { levels, columns: frames, bins, perSecond: 100 };
  };
}

const levelOf = (value: number, loudest: number): number =>
  Math.round(255 * Math.min(1, Math.max(0, 1 + (value - loudest) / RANGE)));
