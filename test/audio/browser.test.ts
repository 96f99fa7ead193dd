import { describe, expect, it, vi } from 'vitest';
import { MelSpectrogramExtractor, readAudio } from '../../src/audio/index.js';
import { AudioInputError } from '../../src/errors.js';
import { sineWav } from '../support/encodeWav.js';

vi.mock('#platform', () => import('../../src/platform/browser.js'));

describe('where there is no file system', () => {
  it('reads Blobs and computes features', async () => {
    const waveform = await readAudio(new Blob([new Uint8Array(sineWav(440))]));
    expect(new MelSpectrogramExtractor().fbank(waveform).frames).toBe(8);
  });

  it('refuses a path and says what to do', async () => {
    const error = await readAudio('dog.wav').catch((e) => e);
    expect(error).toBeInstanceOf(AudioInputError);
    expect(error.message).toBe(
      'A browser has no files, so it cannot read the path dog.wav; pass a URL such as ' +
        "new URL('dog.wav', location.href), a File from an <input>, a Blob, or bytes.",
    );
  });

  it('refuses to save settings', async () => {
    await expect(new MelSpectrogramExtractor().savePretrained('out')).rejects.toThrow(
      'savePretrained writes files, and a browser has none: keep extractor.config instead.',
    );
  });
});
