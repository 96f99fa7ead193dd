import { describe, expect, it, vi } from 'vitest';
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

  it('there are no threads that extract features', () => {
    expect(() => featureWorkers(1, new MelSpectrogramExtractor())).toThrow(
      'A page has no threads to extract features in; read features without them.',
    );
  });
});
