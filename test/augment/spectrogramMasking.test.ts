import { describe, expect, it } from 'vitest';
import { type MelSpectrogram, MelSpectrogramExtractor } from '../../src/audio/index.js';
import { spectrogramMasking } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';

const [frames, bins] = [300, 128];
const ones = (): MelSpectrogram => ({ data: new Float32Array(frames * bins).fill(1), frames, bins });

/** The frames or bins that are masked as a whole. */
function maskedLines({ data }: MelSpectrogram, axis: 'frame' | 'bin'): number[] {
  const lines = axis === 'frame' ? frames : bins;
  const across = axis === 'frame' ? bins : frames;
  const at = (line: number, i: number) => (axis === 'frame' ? data[line * bins + i]! : data[i * bins + line]!);
  return [...Array(lines).keys()].filter((line) => [...Array(across).keys()].every((i) => at(line, i) !== 1));
}
const isOneSpan = (lines: readonly number[]): boolean => lines.every((line, i) => line === lines[0]! + i);

describe('spectrogramMasking', () => {
  it('masks one band of fewer than 24 bins and one span of fewer than 96 frames, and nothing else', () => {
    const augment = spectrogramMasking();
    for (let seed = 0; seed < 50; seed++) {
      const masked = augment(ones(), createRandom(seed));
      const [maskedFrames, maskedBins] = [maskedLines(masked, 'frame'), maskedLines(masked, 'bin')];
      expect(isOneSpan(maskedFrames) && isOneSpan(maskedBins)).toBe(true);
      expect(maskedFrames.length).toBeLessThan(96);
      expect(maskedBins.length).toBeLessThan(24);
      const covered = masked.data.filter((value) => value !== 1);
      const [f, b] = [maskedFrames.length, maskedBins.length];
      expect(covered.length).toBe(f * bins + b * frames - f * b);
      expect(covered.every((value) => value === 0)).toBe(true);
    }
  });

  it('draws widths and starts evenly, as torchaudio does', () => {
    const augment = spectrogramMasking({ frequency: 24, time: 0 });
    const widths: number[] = [];
    const ends: number[] = [];
    for (let seed = 0; seed < 1000; seed++) {
      const lines = maskedLines(augment(ones(), createRandom(seed)), 'bin');
      widths.push(lines.length);
      if (lines.length > 0) ends.push(lines.at(-1)!);
    }
    const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
    expect(Math.abs(mean - 11.5)).toBeLessThan(0.9); // 0 to 23; four standard errors of a thousand draws
    expect(new Set(widths).size).toBe(24);
    expect(Math.max(...ends)).toBeGreaterThanOrEqual(bins - 3);
    expect(Math.min(...ends)).toBeLessThanOrEqual(3);
  });

  it('leaves its input as it is', () => {
    const input = ones();
    const masked = spectrogramMasking()(input, createRandom(1));
    expect(input).toEqual(ones());
    expect(masked.data).not.toEqual(input.data);
  });

  it('gives the same masks for the same random numbers, and others for others', () => {
    const augment = spectrogramMasking();
    const first = augment(ones(), createRandom([42, 'augment', 0, 7]));
    expect(augment(ones(), createRandom([42, 'augment', 0, 7]))).toEqual(first);
    expect(augment(ones(), createRandom([42, 'augment', 1, 7]))).not.toEqual(first);
  });

  it.each([[{}], [{ mean: -6.6268077, std: 5.358466 }], [{ doNormalize: false }]])(
    'masks with the value that the extractor pads with, if asked: %j',
    (extractorConfig) => {
      const extractor = new MelSpectrogramExtractor({ maxLength: 120, ...extractorConfig });
      const padding = extractor.extract({ samples: new Float32Array(400).fill(0.1), sampleRate: 16000 }).data.at(-1)!;
      const { data } = spectrogramMasking({ frequency: 0, extractorConfig, maskValue: 'padding' })(
        ones(),
        createRandom(3),
      );
      expect([...new Set(data)].sort()).toEqual([1, padding].sort());
    },
  );

  it('masks nothing where the limits are 0', () => {
    expect(spectrogramMasking({ frequency: 0, time: 0 })(ones(), createRandom(0))).toEqual(ones());
  });

  it.each([
    [{ frequency: -1 }, 'Expected frequency to be an integer of 0 or more, got -1.'],
    [{ time: 1.5 }, 'Expected time to be an integer of 0 or more, got 1.5.'],
    [{ extractorConfig: { std: 0 } }, 'Expected std to be a finite number above 0, got 0.'],
  ])('refuses %j before any sound is masked', (options, message) => {
    expect(() => spectrogramMasking(options)).toThrow(message);
  });

  it('refuses features that a mask could cover as a whole', () => {
    const small = { data: new Float32Array(40 * 16), frames: 40, bins: 16 };
    expect(() => spectrogramMasking()(small, createRandom(0))).toThrow(
      'Masks of up to 24 bins and 96 frames do not fit features of 16 bins and 40 frames; give spectrogramMasking smaller limits.',
    );
  });
});
