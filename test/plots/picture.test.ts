import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPngSignature } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Picture, plotConfusionMatrix, plotWaveform } from '../../src/plots/index.js';
import { brightness, faults, pixelsOf, textsOf } from './readPicture.js';

const waveform = { samples: Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i / 20)), sampleRate: 16_000 };
let directory: string;
let picture: Picture;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-plots-'));
  picture = await plotWaveform(waveform, { title: 'Half a second' });
});
afterAll(() => rm(directory, { recursive: true }));

describe('a picture', () => {
  it('is one SVG element with a role, a title and a description, and without ids', () => {
    expect(picture.svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="720" height="200" viewBox="0 0 720 200" role="img"/,
    );
    expect(picture.svg).toContain('<title>Half a second</title><desc>Time (s): 0 – 0.5. Amplitude: ±1.</desc>');
    expect(picture.svg.match(/<svg/g)).toHaveLength(1);
    expect(picture.svg).not.toMatch(faults);
    expect(picture.svg).not.toMatch(/<style|<script|url\(|href="http/);
  });

  it('is a PNG of two pixels for each CSS pixel, with something drawn and text on it', async () => {
    const bytes = await picture.png();
    expect(hasPngSignature(bytes)).toBe(true);
    const large = new DataView(bytes.buffer);
    expect([large.getUint32(16), large.getUint32(20)]).toEqual([1440, 400]);
    const pixels = await pixelsOf(picture);
    const drawnIn = (x0: number, y0: number, x1: number, y1: number): number => {
      let count = 0;
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) count += Number(brightness(pixels.at(x, y)) < 500);
      return count;
    };
    expect(pixels.at(2, 2)).toEqual([255, 255, 255]);
    expect(drawnIn(300, 8, 420, 28)).toBeGreaterThan(150); // the title, in a font that the package brings
    expect(drawnIn(70, 100, 700, 102)).toBeGreaterThan(400); // the wave
  });

  it('is written as SVG or PNG, whole or not at all', async () => {
    await picture.save(join(directory, 'a', 'wave.svg'));
    await picture.save(join(directory, 'a', 'wave.PNG'));
    expect(await readFile(join(directory, 'a', 'wave.svg'), 'utf8')).toBe(picture.svg);
    expect(hasPngSignature(await readFile(join(directory, 'a', 'wave.PNG')))).toBe(true);
    await expect(picture.save(join(directory, 'wave.jpg'))).rejects.toThrow(
      "A picture is saved as '.svg' or '.png', got",
    );
    expect(await readdir(directory)).toEqual(['a']);
    await expect(picture.png({ scale: 0 })).rejects.toThrow('scale must be a number above 0, got 0');
  });

  it('takes its colours from the page with the theme auto, and its PNG is then a light one', async () => {
    const dark = await plotWaveform(waveform, { theme: 'dark' });
    const auto = await plotWaveform(waveform, { theme: 'auto' });
    expect(dark.svg).toContain('fill="#15181c"');
    expect(auto.svg).toContain('fill="currentColor"');
    expect(auto.svg.slice(0, auto.svg.indexOf('<title>'))).not.toContain(' color=');
    expect(auto.svg).not.toMatch(/#15181c|#ffffff|fill="white"/);
    expect((await pixelsOf(dark)).at(2, 2)).toEqual([0x15, 0x18, 0x1c]);
    expect((await pixelsOf(auto)).at(2, 2)).toEqual([255, 255, 255]);
  });

  it('speaks Spanish, with a decimal comma', async () => {
    const texts = textsOf((await plotWaveform(waveform, { language: 'es' })).svg).map(({ text }) => text);
    expect(texts).toContain('Tiempo (s)');
    expect(texts).toContain('0,2');
  });

  it('shows names as text, whatever they hold', async () => {
    const names = [
      '<script>alert("1")</script>',
      `"'&amp;]]>`,
      'x'.repeat(40),
      'emoji 🐶 \ud800',
      'tab\tline\n\u0001',
      '',
    ];
    const counts = names.map((_, i) => names.map((_, j) => i + j));
    const { svg } = await plotConfusionMatrix(counts, names, { title: names[0]!, theme: 'dark' });
    expect(svg).not.toContain('<script');
    expect(svg).toContain('<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</title>');
    expect(svg).toContain('True class: emoji 🐶 �');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    const { DOMParser } = await import('linkedom');
    expect(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement?.tagName).toBe('svg');
    expect(svg.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/);
    const texts = textsOf(svg).map(({ text }) => text);
    expect(texts.some((text) => /^x{10,24}…$/.test(text))).toBe(true); // cut; the whole is told to a mouse
    expect(svg).toContain(`True class: ${'x'.repeat(40)}`);
  });

  it('refuses a sound that it cannot draw', async () => {
    const refused = (samples: number[], sampleRate = 8000) =>
      expect(plotWaveform({ samples: Float32Array.from(samples), sampleRate })).rejects;
    await refused([]).toThrow('samples must hold at least one sample, got 0');
    await refused([0, Number.NaN]).toThrow('samples must hold finite numbers, got NaN at index 1');
    await refused([0], 0).toThrow('sampleRate must be a number of Hz above 0, got 0');
  });

  it('draws silence and a single sample', async () => {
    for (const samples of [new Float32Array(5000), new Float32Array(1)])
      expect((await plotWaveform({ samples, sampleRate: 8000 })).svg).not.toMatch(faults);
  });
});
