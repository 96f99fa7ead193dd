import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { featureWorkers } from '../../src/datasets/featureWorkers.js';
import { cacheFeatures } from '../../src/datasets/index.js';
import { fakeDataset } from './fakeDataset.js';

vi.mock('#platform', () => import('../../src/platform/browser.js'));

describe('in a page', () => {
  it('features are not cached on disk, and the error says what keeps them', async () => {
    await expect(cacheFeatures(fakeDataset(['dog']), new MelSpectrogramExtractor())).rejects.toThrow(
      'A page has no files to cache features in; the Trainer keeps them in memory (cacheFeatures).',
    );
  });

  it('there may be no threads that extract features', () => {
    vi.stubGlobal('document', {});
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => featureWorkers(1, new MelSpectrogramExtractor())).toThrow(
      'This browser has no workers to extract features in; read features without them.',
    );
  });
});
