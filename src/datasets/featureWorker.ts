/** What a thread of featureWorkers.ts runs: sounds in, features out. */
import { platform } from '#platform';
import {
  decodeAudio,
  type ExtractorConfig,
  type MelSpectrogram,
  MelSpectrogramExtractor,
  resample,
  type Waveform,
} from '../audio/index.js';
import { AudioDecodeError, AudioInputError } from '../errors.js';

/** One recording. */
export interface FeatureRequest {
  /** The bytes of a file, or samples. */
  readonly sound: Uint8Array | Waveform;
  /** What errors call it. */
  readonly name: string;
  /** Rate that the sound is resampled to, in Hz. */
  readonly sampleRate: number;
  /** The same in every request to a thread. */
  readonly config: ExtractorConfig;
}

/** Its features, or why it has none: an AudioDecodeError's message, unless it decodes and is no sound. */
export type FeatureAnswer = MelSpectrogram | { readonly unreadable: string; readonly isDecoded: boolean };

let extractor: MelSpectrogramExtractor | undefined;

async function extract({ sound, name, sampleRate, config }: FeatureRequest): Promise<FeatureAnswer> {
  extractor ??= new MelSpectrogramExtractor(config);
  try {
    const isFile = sound instanceof Uint8Array;
    return extractor.extract(isFile ? await decodeAudio(sound, { name, sampleRate }) : resample(sound, sampleRate));
  } catch (error) {
    // An import map is of the page alone: its workers find no decoder by its name.
    const isWithoutDecoder = platform.name === 'browser' && error instanceof TypeError;
    if (error instanceof AudioInputError || error instanceof AudioDecodeError || isWithoutDecoder)
      return { unreadable: error.message, isDecoded: error instanceof AudioInputError };
    throw error;
  }
}

platform.threads?.serve(async (request) => {
  const answer = await extract(request as FeatureRequest);
  return { answer, transfer: 'data' in answer ? [answer.data.buffer as ArrayBuffer] : [] };
});
