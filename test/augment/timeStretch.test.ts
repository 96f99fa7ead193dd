import { describe, expect, it } from 'vitest';
import { pitchShift, timeStretch } from '../../src/augment/index.js';
import { phaseVocoder } from '../../src/augment/phaseVocoder.js';
import { createRandom } from '../../src/random.js';
import { pitchOf } from '../support/encodeWav.js';
import { farthest, levelOf, recording, sampleRate, sound, tone } from './sounds.js';

/** The pitch of the middle of a sound, away from its ends. */
const pitchInside = ({ samples, sampleRate: rate }: { samples: Float32Array; sampleRate: number }) =>
  pitchOf({ samples: samples.subarray(2000, samples.length - 2000), sampleRate: rate });

/** By how many dB a tone's level changed, away from the ends; a phase vocoder without phase locking, as torchaudio's, loses some. */
const lossInside = ({ samples }: { samples: Float32Array }) =>
  Math.abs(levelOf(samples.subarray(3000, -3000)) - levelOf(tone(700).samples));

describe('phaseVocoder', () => {
  // torch.stft(x, 64, 16, 64, hann_window(64), center=True, pad_mode='constant'), torchaudio.functional.phase_vocoder and
  // torch.istft in double precision; every 29th sample.
  it.each([
    [
      0.8,
      375,
      [
        0.002959, 0.34312, 0.153993, -0.186666, 0.32945, 0.48132, 0.304646, -0.070173, -0.412219, -0.1719, -0.139118,
        -0.421362, 0.087599,
      ],
    ],
    [1.3, 231, [-0.006807, 0.264617, 0.36831, -0.144652, -0.194363, 0.133836, 0.474781, -0.445955]],
  ])('gives the samples of torchaudio at rate %d within 1e-5', (rate, length, expected) => {
    const { samples } = sound(300, (i) => 0.5 * Math.sin((0.16 * i * i) / 300 + 0.3 * i) + 0.25 * Math.sin(1.1 * i));
    const stretched = phaseVocoder(samples, rate, 64);
    expect(stretched.length).toBe(length);
    expect(
      farthest(
        expected,
        stretched.filter((_, i) => i % 29 === 0),
      ),
    ).toBeLessThan(1e-5);
  });

  it('gives the sound back at rate 1, within 1e-6', () => {
    const { samples } = recording(5000);
    expect(farthest(phaseVocoder(samples, 1, 512), samples)).toBeLessThan(1e-6);
  });
});

describe('timeStretch', () => {
  it.each([0.5, 0.8, 1.25, 2])('changes the length by the rate %d and not the pitch, within 0.3 percent', (rate) => {
    const stretch = timeStretch({ minRate: rate, maxRate: rate, leaveLengthUnchanged: false, p: 1 });
    const stretched = stretch(tone(700, 2 * sampleRate), createRandom(1));
    expect(stretched.samples.length).toBe(Math.round((2 * sampleRate) / rate));
    expect(Math.abs(pitchInside(stretched) / 700 - 1)).toBeLessThan(0.003);
    expect(lossInside(stretched)).toBeLessThan(1.3);
  });

  it('moves what happens in a sound by the rate, within 10 ms', () => {
    const burst = sound(sampleRate, (i) => (i >= 8000 && i < 8400 ? Math.sin(i) : 0));
    const stretched = timeStretch({ minRate: 0.8, maxRate: 0.8, leaveLengthUnchanged: false, p: 1 })(
      burst,
      createRandom(1),
    );
    const energy = stretched.samples.map((sample) => sample * sample);
    const total = energy.reduce((sum, value) => sum + value, 0);
    const centre = energy.reduce((sum, value, i) => sum + value * i, 0) / total;
    expect(Math.abs(centre - 8200 / 0.8) / sampleRate).toBeLessThan(0.01);
  });

  it('cuts, or fills with silence, to the length that the sound had', () => {
    const faster = timeStretch({ minRate: 2, maxRate: 2, p: 1 })(tone(700), createRandom(1)).samples;
    expect(faster.length).toBe(sampleRate);
    expect(faster.subarray(sampleRate / 2).every((sample) => sample === 0)).toBe(true);
    expect(levelOf(faster.subarray(0, sampleRate / 2 - 1000))).toBeGreaterThan(-10);
    expect(timeStretch({ minRate: 0.5, maxRate: 0.5, p: 1 })(tone(700), createRandom(1)).samples.length).toBe(
      sampleRate,
    );
  });
});

describe('pitchShift', () => {
  it.each([-12, -4, -0.5, 0.5, 3, 7, 12])(
    'moves a tone by %d semitones within 0.3 percent, and keeps its length',
    (semitones) => {
      const move = pitchShift({ minSemitones: semitones, maxSemitones: semitones, p: 1 });
      const shifted = move(tone(700, 2 * sampleRate), createRandom(1));
      expect(shifted.samples.length).toBe(2 * sampleRate);
      expect(Math.abs(pitchInside(shifted) / (700 * 2 ** (semitones / 12)) - 1)).toBeLessThan(0.003);
      expect(lossInside(shifted)).toBeLessThan(1.3);
    },
  );

  it('takes away what it moves above half the sampling rate', () => {
    const shifted = pitchShift({ minSemitones: 12, maxSemitones: 12, p: 1 })(
      tone(5000, 2 * sampleRate),
      createRandom(1),
    );
    expect(levelOf(shifted.samples.subarray(3000, -3000))).toBeLessThan(-50);
  });
});
