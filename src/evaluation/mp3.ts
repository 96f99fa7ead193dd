import { decodeAudio, resample, type Waveform } from '../audio/index.js';
import { isMissingPackage } from '../backends/missingPackage.js';
import { EvaluationError } from '../errors.js';

/** Bit rates of MP3, in kbit/s. */
export const mp3BitRates = [8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;

/** Samples that a sound is late by: 576 of LAME, 529 of the decoder, at the rate of the MP3. */
const DELAY = 1105;

/** Encodes a sound as MP3 and decodes it again. */
export type Mp3Codec = (waveform: Waveform, bitRate: number) => Promise<Waveform>;

/**
 * Loads the encoder.
 *
 * @throws {EvaluationError} when the package is not installed
 */
export async function loadMp3Codec(): Promise<Mp3Codec> {
  const { createMp3Encoder } = await import('wasm-media-encoders').catch((cause: unknown) => {
    if (!isMissingPackage(cause)) throw cause;
    throw new EvaluationError(
      'Robustness to mp3 needs an encoder: install it with `npm install wasm-media-encoders`, or leave mp3 out.',
      { cause },
    );
  });
  const encoder = await createMp3Encoder();
  return async ({ samples, sampleRate }, bitRate) => {
    encoder.configure({ sampleRate, channels: 1, bitrate: bitRate as (typeof mp3BitRates)[number] });
    // The encoder gives views of its own memory.
    const bytes = joined([encoder.encode([samples]).slice(), encoder.finalize().slice()]);
    // At low bit rates the encoder lowers the sampling rate by itself.
    const decoded = await decodeAudio(bytes);
    const onTime = { ...decoded, samples: decoded.samples.subarray(DELAY) };
    const again = decoded.sampleRate === sampleRate ? onTime : resample(onTime, sampleRate);
    const fitted = new Float32Array(samples.length);
    fitted.set(again.samples.subarray(0, samples.length));
    return { samples: fitted, sampleRate };
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
