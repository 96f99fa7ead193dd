import { type ToneBurst, toneBursts } from '../../examples/support/toneBursts.js';
import { ASTForAudioClassification, astPresets } from '../../src/ast/index.js';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { inMemoryDataset } from '../../src/datasets/index.js';
import { Trainer } from '../../src/train/index.js';

const seconds = 0.96;
const labels = ['low', 'middle', 'high', 'very high'];

export const burstConfig = {
  ...astPresets.tiny,
  hiddenSize: 32,
  intermediateSize: 64,
  maxLength: 96,
  // New weights as large as this learn where a patch is in tens of steps.
  initializerRange: 0.2,
};

/** A model that has learnt to tell tone bursts by their pitch, in seconds, with clips that it has not seen. */
export async function trainedOnBursts(seed: number, testClips: number) {
  const model = ASTForAudioClassification.fromConfig(burstConfig, { labels, seed });
  const extractor = new MelSpectrogramExtractor(model.extractorConfig);
  const clips = toneBursts(testClips, seconds, seed + 1);
  const trainer = new Trainer({
    model,
    extractor,
    trainDataset: inMemoryDataset(toneBursts(160, seconds, seed), labels),
    evalDataset: inMemoryDataset(clips, labels),
    args: {
      numTrainEpochs: 12,
      learningRate: 5e-3,
      warmupRatio: 0.1,
      perDeviceTrainBatchSize: 16,
      evalStrategy: 'no',
      seed,
    },
  });
  await trainer.train();
  const { evalAccuracy } = await trainer.evaluate();
  const sounds = clips.map((clip) => ({ ...clip, features: extractor.extract(clip.waveform) }));
  return { model, extractor, sounds, accuracy: evalAccuracy };
}

/** Which patches hold any of the burst: [frequencies * times], from its time and pitch alone. */
export function patchesOfBurst({ burst }: ToneBurst, frequencies: number, times: number): boolean[] {
  const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
  // 128 triangles whose corners are evenly spaced from 20 Hz to 8 kHz; the first one peaks one step above 20 Hz.
  const bin = ((mel(burst.pitch) - mel(20)) / (mel(8000) - mel(20))) * 129 - 1;
  return Array.from({ length: frequencies * times }, (_, patch) => {
    const firstBin = 16 * Math.floor(patch / times);
    const start = 0.16 * (patch % times);
    // A tone is 3 bins wide here.
    return bin > firstBin - 3 && bin < firstBin + 18 && start < burst.to && start + 0.16 > burst.from;
  });
}
