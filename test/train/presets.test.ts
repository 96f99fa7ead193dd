import { beforeAll, describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { spectrogramMasking } from '../../src/augment/index.js';
import { useBackend } from '../../src/backends/index.js';
import { createRandom } from '../../src/random.js';
import { presets, Trainer } from '../../src/train/index.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';

const { args, extractorConfig, masking } = presets.esc50;

describe('the recipe of AST’s authors for ESC-50', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('is what a Trainer can be made of', async () => {
    const small = { perDeviceTrainBatchSize: 4, disableProgress: true };
    const trainer = new Trainer({ model: tinyModel(), ...tinyData(4), args: { ...args, ...small } });
    const { log } = await trainer.train();
    expect(log).toHaveLength(25);
    // MultiStepLR(range(5, 1000), gamma=0.85) of PyTorch, stepped after each epoch
    for (const [epoch, rate] of [
      [1, 1e-5],
      [5, 1e-5],
      [6, 0.85e-5],
      [7, 0.7225e-5],
      [25, 0.03875953e-5],
    ] as const)
      expect(log[epoch - 1]!.learningRate / rate, `epoch ${epoch}`).toBeCloseTo(1, 6);
  });

  it('takes 512 frames with the statistics of ESC-50, and masks them with what was 0', () => {
    const extractor = new MelSpectrogramExtractor(extractorConfig);
    const silence = { samples: new Float32Array(16000), sampleRate: 16000 };
    const features = extractor.extract(silence);
    expect([features.frames, features.bins]).toEqual([512, 128]);
    const padding = (0 - -6.6268077) / (2 * 5.358466);
    expect(features.data.at(-1)).toBeCloseTo(padding, 6);
    const masked = spectrogramMasking(masking)(features, createRandom(1));
    const changed = [...masked.data.keys()].filter((i) => masked.data[i] !== features.data[i]);
    expect(changed.length).toBeGreaterThan(0);
    for (const i of changed) expect(masked.data[i]).toBeCloseTo(padding, 6);
  });
});
