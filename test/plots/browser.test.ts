import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const entry = resolve(root, 'test', 'plots', 'page.ts');
const source = `
  import { MelSpectrogramExtractor } from '../../src/audio/index.js';
  import { plotConfusionMatrix, plotSpectrogram } from '../../src/plots/index.js';
  globalThis.draw = async () => {
    const extractor = new MelSpectrogramExtractor();
    const samples = Float32Array.from({ length: 16000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 16000));
    const pictures = [
      await plotSpectrogram(extractor.fbank({ samples, sampleRate: 16000 })),
      await plotConfusionMatrix([[3, 1], [0, 4]], ['<b>&nbsp;', 'wind'], { theme: 'auto' }),
    ];
    const drawn = [];
    for (const { svg, width, height, png } of pictures) {
      document.body.insertAdjacentHTML('beforeend', svg);
      const image = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const bitmap = await createImageBitmap(new Blob([await png()], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      const pixels = canvas.getImageData(0, 0, bitmap.width, bitmap.height).data;
      const colors = new Set();
      for (let i = 0; i < pixels.length; i += 4) colors.add(pixels[i] * 65536 + pixels[i + 1] * 256 + pixels[i + 2]);
      const outside = [...document.querySelector('svg:last-of-type').querySelectorAll('text')].filter((text) => {
        const [box, page] = [text.getBoundingClientRect(), text.ownerSVGElement.getBoundingClientRect()];
        return box.left < page.left || box.right > page.right || box.top < page.top || box.bottom > page.bottom;
      });
      drawn.push({
        root: image.documentElement.tagName, width, height, bitmap: [bitmap.width, bitmap.height], colors: colors.size,
        outside: outside.map((text) => text.textContent), bold: document.querySelectorAll('b').length,
      });
    }
    return drawn;
  };
`;

/** One script for a page, as a bundler makes it of the sources for browsers. */
async function bundle(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['browser', 'default'] },
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ['es'] },
      rollupOptions: { output: { codeSplitting: false } },
    },
    plugins: [
      {
        name: 'source',
        resolveId: (name) => (name === entry ? entry : undefined),
        load: (name) => (name === entry ? source : undefined),
      },
    ],
  });
  return (result as Rollup.RollupOutput[])[0]!.output[0].code;
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

describe('pictures in a page', () => {
  // Needs a Chromium of the system: playwright-core brings none.
  it.skipIf(executablePath === undefined)(
    'are drawn and become PNG, with nothing of Node and no text outside',
    async () => {
      const code = await bundle();
      expect(/linkedom|resvg|(?:from|import\() ?["']node:/.exec(code)).toBeNull();
      const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(String(error)));
        page.on('console', (message) => problems.push(message.text()));
        await page.addScriptTag({ content: code, type: 'module' });
        await page.waitForFunction('globalThis.draw');
        const [spectrogram, matrix] = (await page.evaluate('draw()')) as Record<string, unknown>[];
        expect(spectrogram).toMatchObject({ root: 'svg', width: 720, height: 320, bitmap: [1440, 640], outside: [] });
        expect(spectrogram!['colors']).toBeGreaterThan(100);
        expect(matrix).toMatchObject({ root: 'svg', outside: [], bold: 0 });
        expect(matrix!['colors']).toBeGreaterThan(5);
        expect(problems).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});
