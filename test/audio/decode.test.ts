import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { AudioDecodeError, AudioInputError } from '../../src/errors.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { wavBytes } from './wavBytes.js';

const text = (value: string) => new TextEncoder().encode(value);
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('should be refused'),
    (error: AudioDecodeError) => error,
  );

describe('decodeAudio', () => {
  it('takes Uint8Array, Buffer and ArrayBuffer', async () => {
    const bytes = sineWav(440);
    for (const source of [bytes, Buffer.from(bytes), new Uint8Array(bytes).buffer]) {
      const waveform = await decodeAudio(source);
      expect(waveform.sampleRate).toBe(16000);
      expect(waveform.samples.length).toBe(1600);
    }
  });

  it('resamples to sampleRate', async () => {
    const waveform = await decodeAudio(sineWav(440, 1, 44100), { sampleRate: 16000 });
    expect(waveform.sampleRate).toBe(16000);
    expect(waveform.samples.length).toBe(16000);
    expect(Math.abs(pitchOf(waveform) - 440)).toBeLessThan(2);
  });

  it('tells the container from the bytes, not from the name', async () => {
    expect((await decodeAudio(sineWav(440), { name: 'sound.mp3' })).samples.length).toBe(1600);
  });

  it('decodes µ-law behind a chunk of odd length', async () => {
    const before = Uint8Array.of(...text('LIST'), 1, 0, 0, 0, 7, 0);
    const data = Uint8Array.of(0x80, 0xff, 0x00); // the largest value, 0, the smallest
    const { samples } = await decodeAudio(wavBytes({ codec: 7, bits: 8, before, data }));
    expect([...samples].map((sample) => Math.round(sample * 32768))).toEqual([32124, 0, -32124]);
  });

  it('names the file, what it found and what it supports', async () => {
    const error = await errorOf(decodeAudio(text('This is a letter.'), { name: 'letter.wav' }));
    expect(error).toBeInstanceOf(AudioDecodeError);
    expect(error.file).toBe('letter.wav');
    expect(error.message).toContain('Cannot decode letter.wav: ');
    expect(error.message).toContain('it begins with bytes 54 68 69 73 20 69 73 20 61 20 6c 65 ("This is a le")');
    expect(error.message).toMatch(/supported are WAV .*, AIFF, FLAC, Ogg \(Vorbis, Opus, FLAC\) and MP3\.$/);
  });

  it('refuses no bytes at all', async () => {
    const error = await errorOf(decodeAudio(new Uint8Array()));
    expect(error).toBeInstanceOf(AudioDecodeError);
    expect(error.message).toContain('Cannot decode the sound: ');
    expect(error.message).toContain('it begins with no bytes');
  });

  it('refuses a file of a known container without samples', async () => {
    for (const start of ['fLaC', 'OggS', 'RIFF----AVI ']) {
      expect(await errorOf(decodeAudio(text(start.padEnd(100, '.'))))).toBeInstanceOf(AudioDecodeError);
    }
    const error = await errorOf(decodeAudio(wavBytes({ data: new Uint8Array() })));
    expect(error.message).toBe('Cannot decode the sound: it has no samples.');
  });

  it('refuses samples that are not finite', async () => {
    const data = new Uint8Array(Float32Array.of(0, Number.NaN).buffer);
    const error = await errorOf(decodeAudio(wavBytes({ codec: 3, bits: 32, data }), { name: 'nan.wav' }));
    expect(error.message).toBe('Cannot decode nan.wav: its samples are not all finite numbers: sample 1 is NaN.');
  });

  it('refuses what is not bytes, and a bad rate, before it reads', async () => {
    await expect(decodeAudio('dog.wav' as unknown as Uint8Array)).rejects.toThrow(
      new AudioInputError(
        'Expected the bytes of a sound as Uint8Array or ArrayBuffer, got string; readAudio takes paths and URLs.',
      ),
    );
    await expect(decodeAudio(new Uint8Array(), { sampleRate: 0 })).rejects.toThrow(AudioInputError);
  });
});
