import { createResampler, MelSpectrogramExtractor, type Resampler, readAudio, resample } from 'ast-ts/audio';
import { type Heard, SAMPLE_RATE, type SoundProtocol } from '../protocol.js';
import { serve } from './rpc.js';
import { livePicture, picture } from './pictures.js';

const extractor = new MelSpectrogramExtractor();
let live: { resampler: Resampler; picture: ReturnType<typeof livePicture> } | undefined;

serve<SoundProtocol>(
  {
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
    begin({ sampleRate }) {
      live = { resampler: createResampler(sampleRate, SAMPLE_RATE), picture: livePicture(extractor) };
      return undefined;
    },
    push(piece) {
      if (!live) throw new Error('begin comes before push.');
      const samples = new Float32Array(live.resampler.push(piece));
      return { samples, columns: live.picture(samples) };
    },
  },
  (answer) => {
    const sound = answer as Heard | undefined;
    return sound ? [sound.samples.buffer, sound.columns.levels.buffer] : [];
  },
);

/** A copy, since its buffer is moved. */
const heard = (samples: Float32Array): Heard => ({
  samples: new Float32Array(samples),
  columns: picture(extractor, samples),
});
