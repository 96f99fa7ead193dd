import { describe, expect, it } from 'vitest';
import { addGaussianSnr, gain, preview, shift, timeMasking, timeStretch } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { features, recording, sampleRate, sound, tone } from './sounds.js';

describe('preview', () => {
  it('gives the sound before and after, by its seed', () => {
    const noisy = addGaussianSnr({ p: 1 });
    const input = recording();
    const { before, after } = preview(noisy, input, { seed: 7 });
    expect(before).toBe(input);
    expect(after).toEqual(noisy(input, createRandom(7)));
    expect(preview(noisy, input).after).toEqual(noisy(input, createRandom(42)));
    expect(input).toEqual(recording());
  });

  it('tells lengths, levels and the difference as text', () => {
    const noisy = addGaussianSnr({ minSnrDb: 20, maxSnrDb: 20, p: 1 });
    expect(String(preview(noisy, tone(440)))).toBe(
      [
        '         seconds   samples   peak dB    RMS dB',
        'before     1.000     16000      -6.0      -9.0',
        'after      1.000     16000      -4.1      -9.0',
        'difference: -20.0 dB beside what it was, in 100.0 % of the values',
      ].join('\n'),
    );
  });

  it('tells that lengths differ, or that nothing changed', () => {
    const faster = timeStretch({ minRate: 2, maxRate: 2, leaveLengthUnchanged: false, p: 1 });
    const text = String(preview(faster, tone(440)));
    expect(text).toContain('after      0.500      8000');
    expect(text).toContain('difference: none, as the lengths differ');
    expect(String(preview(gain({ p: 0 }), tone(440)))).toContain('difference: none, they are equal');
  });

  it('tells the share of values that changed', () => {
    const click = sound(sampleRate, (i) => Number(i === 0));
    const late = shift({ minShift: 0.5, maxShift: 0.5, fadeDuration: 0, p: 1 });
    expect(String(preview(late, click))).toContain('difference: 3.0 dB beside what it was, in 0.0 % of the values');
  });

  it('tells of features too', () => {
    const masked = timeMasking({ timeMaskParam: 100, extractorConfig: { doNormalize: false } });
    const text = String(
      preview(
        masked,
        features(200, 8, (i) => 1 + (i % 2)),
      ),
    );
    expect(text).toMatch(
      /^ +frames +bins +mean +lowest +highest\nbefore +200 +8 +1\.500 +1\.000 +2\.000\nafter +200 +8/,
    );
    expect(text).toMatch(/difference: -?\d+\.\d dB beside what it was, in \d+\.\d % of the values$/);
  });
});
