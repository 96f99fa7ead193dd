import { MelSpectrogramExtractor, readAudio, resample } from 'ast-ts/audio';
import { type Heard, SAMPLE_RATE, type SoundProtocol } from '../protocol.js';
import { livePicture, picture } from './pictures.js';
import { serve } from './rpc.js';

const extractor = new MelSpectrogramExtractor();
let live = livePicture(extractor);

serve<SoundProtocol>({
  async decode(file) {
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    const { samples } = await readAudio(file, { sampleRate: SAMPLE_RATE, onWarning });
    return { ...heard(samples), ...(warnings[0] && { warning: warnings[0] }) };
  },
  picture: ({ samples, sampleRate }) => heard(resample({ samples, sampleRate }, SAMPLE_RATE).samples),
  async example({ label, number }) {
    const { syntheticDataset } = await import('ast-ts/datasets');
    // A seed of its own: the built-in model was trained on those of seed 0.
    const sounds = syntheticDataset({ seed: 1, clipsPerClass: 25, seconds: 5 });
    const { waveform } = await sounds.get(sounds.labels.indexOf(label) * 5 + (number % 5));
    return heard(waveform.samples);
  },
  begin() {
    live = livePicture(extractor);
    return undefined;
  },
  push: (samples) => live(samples),
});

const heard = (samples: Float32Array): Heard => ({ samples, columns: picture(extractor, samples) });
