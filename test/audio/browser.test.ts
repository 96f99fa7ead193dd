import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeAudio, MelSpectrogramExtractor, openAudio, readAudio } from '../../src/audio/index.js';
import { AudioDecodeError, AudioInputError } from '../../src/errors.js';
import { sineWav } from '../support/encodeWav.js';
import { describeWithShared, readGoldenJson } from '../support/golden.js';
import { sharedFiles } from './soundFiles.js';

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

const m4a = Uint8Array.of(0, 0, 0, 32, ...new TextEncoder().encode('ftypM4A '), ...new Uint8Array(20));

describe("what the browser's own decoder reads", () => {
  /** Stands for the browser: gives two channels, or refuses. */
  const withDecoder = (decodeAudioData: (bytes: ArrayBuffer) => Promise<unknown>) =>
    vi.stubGlobal(
      'OfflineAudioContext',
      class {
        decodeAudioData = decodeAudioData;
      },
    );
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('gives its samples, channels averaged', async () => {
    const channels = [Float32Array.of(0.5, 0), Float32Array.of(0, -0.5)];
    withDecoder(async (bytes) => {
      expect(new Uint8Array(bytes)).toEqual(m4a);
      return { numberOfChannels: 2, sampleRate: 48000, getChannelData: (channel: number) => channels[channel] };
    });
    expect(await decodeAudio(m4a)).toEqual({ samples: Float32Array.of(0.25, -0.25), sampleRate: 48000 });
  });

  it('says that the browser refuses it, and why', async () => {
    withDecoder(() => Promise.reject(new DOMException('Unable to decode audio data', 'EncodingError')));
    await expect(decodeAudio(m4a, { name: 'song.m4a' })).rejects.toThrow(
      'Cannot decode song.m4a: it is MP4, and this browser cannot decode it (Unable to decode audio data).',
    );
  });

  it('is left to the page: a worker has no such decoder', async () => {
    const error = await decodeAudio(m4a, { name: 'song.m4a' }).catch((e) => e);
    expect(error).toBeInstanceOf(AudioDecodeError);
    expect(error.message).toContain("only the decoder of a browser's page reads; install ffmpeg and convert it");
  });
});

describeWithShared('files that are dropped on a page', 'data/formats/expected.json', () => {
  const { good, bad } = readGoldenJson('data/formats/expected.json') as {
    good: Record<string, { sampleRate: number; frames: number }>;
    bad: Record<string, { want: string }>;
  };
  const files = sharedFiles();
  const dropped = (name: string) => new File([new Uint8Array(files.get(name)!)], name);

  it.each(Object.entries(good))('%s decodes, also piece by piece', async (name, { sampleRate, frames }) => {
    const sound = await readAudio(dropped(name));
    expect(sound.sampleRate).toBe(sampleRate);
    if (frames >= 0) expect(sound.samples.length).toBe(frames);
    let streamed = 0;
    for await (const piece of await openAudio(dropped(name))) streamed += piece.length;
    expect(streamed).toBe(sound.samples.length);
  });

  it.each(Object.entries(bad))('%s is refused, or gives what is left', async (name, { want }) => {
    const result = await readAudio(dropped(name), { onWarning: () => {} }).catch((error: unknown) => error);
    if (want === 'error' || result instanceof Error)
      expect(result).toMatchObject({ name: 'AudioDecodeError', file: name });
    else expect((result as { samples: Float32Array }).samples.every(Number.isFinite)).toBe(true);
  });
});
