/** What a thread of featureWorkers.ts runs: encoded sounds in, features out. */
import { platform } from '#platform';
import { decodeAudio, type ExtractorConfig, type MelSpectrogram, MelSpectrogramExtractor } from '../audio/index.js';
import { AudioDecodeError, AudioInputError } from '../errors.js';

/** One recording. */
export interface FeatureRequest {
  readonly bytes: Uint8Array;
  /** What errors call it. */
  readonly name: string;
  /** Of the data set, in Hz. */
  readonly sampleRate: number;
  /** The same in every request to a thread. */
  readonly config: ExtractorConfig;
}

/** Its features, or why it has none. */
export type FeatureAnswer = MelSpectrogram | { readonly unreadable: string };

let extractor: MelSpectrogramExtractor | undefined;

async function extract({ bytes, name, sampleRate, config }: FeatureRequest): Promise<FeatureAnswer> {
  extractor ??= new MelSpectrogramExtractor(config);
  try {
    return extractor.extract(await decodeAudio(bytes, { name, sampleRate }));
  } catch (error) {
    if (error instanceof AudioDecodeError || error instanceof AudioInputError) return { unreadable: error.message };
    throw error;
  }
}

platform.threads?.serve(async (request) => {
  const answer = await extract(request as FeatureRequest);
  return { answer, transfer: 'data' in answer ? [answer.data.buffer as ArrayBuffer] : [] };
});
