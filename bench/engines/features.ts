/** Features by this library. One thread. */
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { noiseClip } from './noise.js';
import { serve } from './serve.js';

await serve(async ({ seconds }: { seconds: number }) => {
  const extractor = new MelSpectrogramExtractor();
  const waveform = { samples: noiseClip(seconds), sampleRate: 16000 };
  return { run: () => extractor.extract(waveform).data };
});
