import { describe, expect, it } from 'vitest';
import { LogMelExtractor, MelSpectrogramExtractor, type Waveform } from '../../src/audio/index.js';
import { plotSpectrogram } from '../../src/plots/index.js';
import { brightness, faults, imagesOf, pixelsOf, textsOf, tickOf } from './readPicture.js';

/** A second of a tone, and a click at half of it. */
const sound = (hertz: number, { sampleRate = 16_000, click = 0, gain = 0.5, seconds = 1 } = {}): Waveform => ({
  sampleRate,
  samples: Float32Array.from(
    { length: sampleRate * seconds },
    (_, i) => gain * Math.sin((2 * Math.PI * hertz * i) / sampleRate) + (i === sampleRate / 2 ? click : 0),
  ),
});
const extractor = new MelSpectrogramExtractor({ maxLength: 128 });

/** The place along a line of pixels that is brightest: the middle, where several are. */
function brightest(length: number, at: (i: number) => number): number {
  const values = Array.from({ length }, (_, i) => at(i));
  const most = Math.max(...values);
  const places = [...values.keys()].filter((i) => values[i] === most);
  return (places[0]! + places.at(-1)!) / 2 + 0.5;
}

describe('plotSpectrogram', () => {
  it.each([
    ['1k', 1000],
    ['200', 200],
    ['5k', 5000],
  ])('shows a tone of %s Hz at the tick of that name', async (tick, hertz) => {
    const picture = await plotSpectrogram(extractor.fbank(sound(hertz)));
    const pixels = await pixelsOf(picture);
    const [, image] = imagesOf(picture.svg);
    const line = brightest(image!.height, (i) => brightness(pixels.at(300, image!.y + i)));
    const row = image!.height / 128;
    expect(Math.abs(image!.y + line - tickOf(picture.svg, tick).y)).toBeLessThan(1.25 * row);
  });

  it("places frequencies of LogMelExtractor on Slaney's scale", async () => {
    const librosa = new LogMelExtractor({ ref: 'max' });
    const { samplingRate: sampleRate } = librosa.config;
    for (const [tick, hertz] of [
      ['1k', 1000],
      ['5k', 5000],
    ] as const) {
      const features = librosa.logMel(sound(hertz, { sampleRate }));
      const picture = await plotSpectrogram(features, { extractorConfig: librosa.config });
      const pixels = await pixelsOf(picture);
      const image = imagesOf(picture.svg)[0]!;
      const line = brightest(image.height, (i) => brightness(pixels.at(300, image.y + i)));
      expect(Math.abs(image.y + line - tickOf(picture.svg, tick).y)).toBeLessThan((1.25 * image.height) / 128);
    }
  });

  it('shows a click at 0.5 s at the tick of 0.5 s', async () => {
    const librosa = new LogMelExtractor();
    for (const [features, config] of [
      [extractor.fbank(sound(1000, { click: 20, gain: 0.01 })), extractor.config],
      [librosa.logMel(sound(1000, { sampleRate: 22_050, click: 20, gain: 0.01 })), librosa.config],
    ] as const) {
      const picture = await plotSpectrogram(features, { extractorConfig: config });
      const pixels = await pixelsOf(picture);
      const image = imagesOf(picture.svg).find(({ width }) => width > 100)!;
      const column = image.width / features.frames;
      const click = image.x + brightest(image.width, (i) => brightness(pixels.at(image.x + i, image.y + 20)));
      expect(Math.abs(click - tickOf(picture.svg, '0.5').x)).toBeLessThan(1.5 * column);
    }
  });

  it('colours by decibels: a tone a hundredth as strong has the colour of −40 dB', async () => {
    const loud = extractor.fbank(sound(1000));
    const soft = extractor.fbank(sound(1000, { gain: 0.005 }));
    const both = { ...loud, frames: 2 * loud.frames, data: Float32Array.of(...loud.data, ...soft.data) };
    const picture = await plotSpectrogram(both);
    const pixels = await pixelsOf(picture);
    const { y } = tickOf(picture.svg, '1k');
    const bar = imagesOf(picture.svg).at(-1)!;
    const barAt = (tick: string) => pixels.at(bar.x + 7, tickOf(picture.svg, tick).y);
    expect(distance(pixels.at(500, y), barAt('−40'))).toBeLessThan(12);
    expect(distance(pixels.at(100, y), pixels.at(bar.x + 7, bar.y + 1))).toBeLessThan(12);
  });

  it('takes the normalisation out again, and marks padding', async () => {
    const waveform = sound(1000);
    const plain = await plotSpectrogram(extractor.fbank(waveform), { width: 400 });
    const input = await plotSpectrogram(extractor.extract(waveform), { normalized: true, width: 400 });
    const [a, b] = [imagesOf(plain.svg)[1]!, imagesOf(input.svg)[1]!];
    expect(b.png.width).toBe(a.png.width);
    const differences = Array.from(a.png.data, (value, i) => Math.abs(value - b.png.data[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    expect(b.width / a.width).toBeCloseTo(98 / 128, 1);
    expect(textsOf(input.svg).some(({ text }) => text === 'padding')).toBe(true);
    expect(textsOf(plain.svg).some(({ text }) => text === 'padding')).toBe(false);
    expect(input.svg).not.toMatch(faults);
  });

  it('says whether 0 dB is the loudest value or a power of 1', async () => {
    const features = extractor.fbank(sound(1000));
    const loudest = (10 / Math.LN10) * Math.max(...features.data);
    const absolute = await plotSpectrogram(features, { reference: 'absolute', dynamicRange: 60 });
    expect(absolute.svg).toContain(`${(loudest - 60).toPrecision(3).replace('-', '−')} – ${loudest.toPrecision(3)}.`);
    expect(textsOf(absolute.svg).map(({ text }) => text)).toContain('Level (dB)');
    expect(textsOf((await plotSpectrogram(features)).svg).map(({ text }) => text)).toContain('Level (dB, loudest = 0)');
  });

  it('draws silence, one frame, and four bins', async () => {
    const small = new MelSpectrogramExtractor({ numMelBins: 4 });
    for (const features of [
      extractor.fbank(sound(0)),
      extractor.fbank({ samples: new Float32Array(400), sampleRate: 16_000 }),
      small.fbank(sound(440)),
      { data: new Float32Array(256), frames: 2, bins: 128 }, // nothing but padding
    ])
      expect((await plotSpectrogram(features)).svg).not.toMatch(faults);
  });

  it('refuses what it cannot draw before it loads anything', async () => {
    const features = extractor.fbank(sound(1000));
    const refused = (spectrogram: typeof features, options = {}) =>
      expect(plotSpectrogram(spectrogram, options)).rejects;
    await refused({ ...features, frames: 3 }).toThrow(
      new RangeError('data of the spectrogram must hold frames x bins = 384 values, got 12544'),
    );
    await refused({ ...features, bins: 0 }).toThrow('bins of the spectrogram must be an integer, 1 or more, got 0');
    await refused({ data: new Float32Array([1, Number.NaN]), frames: 1, bins: 2 }).toThrow('got NaN at index 1');
    await refused(features, { dynamicRange: 0 }).toThrow('dynamicRange must be a number of dB above 0, got 0');
    await refused(features, { reference: 'min' }).toThrow("reference must be 'max' or 'absolute', got 'min'");
    await refused(features, { colorMap: 'jet' }).toThrow(
      "colorMap must be one of magma, viridis, cividis, inferno, got 'jet'",
    );
    await refused(features, { extractorConfig: { std: 0 } }).toThrow(
      'Expected std to be a finite number above 0, got 0.',
    );
    await refused(features, { width: 20 }).toThrow('width must be a number of CSS pixels from 100 to 20000, got 20');
    await refused(features, { theme: 'pink' }).toThrow("theme must be 'light', 'dark' or 'auto', got 'pink'");
    await refused(features, { language: 'de' }).toThrow("language must be 'en' or 'es', got 'de'");
  });
});

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((part, i) => part - b[i]!));
