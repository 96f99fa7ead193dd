import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../examples/support/encodeWav.js';
import { syntheticDataset } from '../../src/datasets/index.js';
import { chromiumPath, hasChromium, launch, PATIENCE } from '../support/page.js';
import {
  buildPlayground,
  desktop,
  drop,
  goesSideways,
  labelsOf,
  openPlayground,
  phone,
  problemOf,
  type Site,
  screenshot,
  wavFile,
} from './playground.js';
import { itWhenAsked, SOME_SKIPPED } from './whenAsked.js';

const esc10 = resolve(process.env['AST_TS_SHARED'] ?? '../shared', 'data', 'esc10', 'audio');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!hasChromium)(
  `the playground, listening (needs Chromium: ${chromiumPath}${SOME_SKIPPED})`,
  { timeout: PATIENCE },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
    let site: Site;
    let browser: Browser;
    /** A bird that the built-in model was not trained on. */
    let bird: Buffer;

    beforeAll(async () => {
      const { waveform } = await syntheticDataset({ seed: 3, clipsPerClass: 5 }).get(0);
      bird = Buffer.from(encodeWav(waveform.samples, waveform.sampleRate));
      const recording = join(directory, 'bird.wav');
      writeFileSync(recording, bird);
      site = await buildPlayground(join(directory, 'site'));
      browser = await launch('--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${recording}`);
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      rmSync(directory, { recursive: true });
    });

    async function open(options: BrowserContextOptions = {}, path = '') {
      const context = await browser.newContext({ ...desktop, ...options });
      return { ...(await openPlayground(context, site.url + path)), close: () => context.close() };
    }

    it('says what a dropped sound is, and shows where the model looks', async () => {
      const { page, problems, close } = await open();
      await screenshot(page, 'empty');
      await drop(page, 'main', [wavFile('bird.wav', bird)]);
      await page.locator('.labels li').first().waitFor();
      const labels = await labelsOf(page);
      expect(Object.keys(labels).sort()).toEqual(['birds', 'mammals', 'water', 'wind']);
      expect(Object.keys(labels)[0]).toBe('birds');
      expect(labels['birds']).toBeGreaterThan(60);
      // Where the model does not look, the picture gets darker.
      const light = (): Promise<number> =>
        page.locator('canvas.spectrogram').evaluate((canvas: HTMLCanvasElement) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!;
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          return data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0);
        });
      const checkbox = page.getByLabel('Show where the model looks');
      const lightWith = async (attention: boolean): Promise<number> => {
        await checkbox.setChecked(attention);
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        return light();
      };
      // It is computed after the labels, and drawn when it is there.
      await expect.poll(async () => (await lightWith(false)) / (await lightWith(true))).toBeGreaterThan(1.1);
      await screenshot(page, 'bird');
      expect(problems).toEqual([]);
      await close();
    });

    it.skipIf(!existsSync(esc10))(`reads three clips of ESC-10 (needs ${esc10})`, async () => {
      const { page, problems, close } = await open();
      const names = readdirSync(esc10)
        .filter((name) => name.endsWith('.ogg'))
        .slice(0, 3);
      await drop(
        page,
        'main',
        names.map((name) => ({ name, mimeType: 'audio/ogg', buffer: readFileSync(join(esc10, name)) })),
      );
      const chips = page.locator('.opened button');
      await expect.poll(() => chips.filter({ has: page.locator('strong') }).count()).toBe(3);
      const texts = await chips.allInnerTexts();
      for (const name of names) expect(texts.some((text) => text.startsWith(name))).toBe(true);
      for (const text of texts) expect(text).toMatch(/(birds|water|wind|mammals) \d+%/);
      await chips.last().click();
      await expect
        .poll(() => page.locator('canvas.spectrogram').getAttribute('aria-label'))
        .toBe(`Spectrogram of ${names[0]}, 5.0 s: time from left to right, pitch from bottom to top.`);
      expect(problems).toEqual([]);
      await close();
    });

    itWhenAsked('moves through a sound by the keyboard', async () => {
      const { page, problems, close } = await open();
      await page.getByRole('button', { name: 'birds', exact: true }).click();
      await page.locator('.labels li').first().waitFor();
      expect(await page.locator('.labels h3').innerText()).toBe('Whole sound');
      await page.getByLabel('Time in the sound').focus();
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
      expect(await page.locator('.labels h3').innerText()).toBe('At 1.0 s');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.locator('.labels h3').innerText()).toBe('Whole sound');
      expect(problems).toEqual([]);
      await close();
    });

    it('listens to the microphone', async () => {
      const { page, problems, close } = await open({ permissions: ['microphone'] });
      await page.getByRole('button', { name: 'Use the microphone' }).click();
      await expect.poll(async () => Object.keys(await labelsOf(page))[0]).toBe('birds');
      await page.waitForTimeout(1500);
      await screenshot(page, 'microphone');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Use the microphone' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    itWhenAsked('says in plain words that the microphone is refused, and goes on with files', async () => {
      const { page, problems, close } = await open();
      await page.getByRole('button', { name: 'Use the microphone' }).click();
      await problemOf(page, 'microphoneRefused').waitFor();
      await screenshot(page, 'refused');
      await drop(page, 'main', [wavFile('bird.wav', bird)]);
      await page.locator('.labels li').first().waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    itWhenAsked('says so when there is no microphone', async () => {
      const bare = await launch();
      const { page, problems } = await openPlayground(
        await bare.newContext({ ...desktop, permissions: ['microphone'] }),
        site.url,
      );
      await page.getByRole('button', { name: 'Use the microphone' }).click();
      await problemOf(page, 'microphoneMissing').waitFor();
      expect(problems).toEqual([]);
      await bare.close();
    });

    itWhenAsked('says that a file is broken, or damaged, and keeps what is shown', async () => {
      const { page, problems, close } = await open();
      await drop(page, 'main', [wavFile('bird.wav', bird)]);
      await page.locator('.labels li').first().waitFor();
      const before = await labelsOf(page);
      await drop(page, 'main', [wavFile('noise.wav', Buffer.from('this is no sound at all'))]);
      await problemOf(page, 'brokenSound').waitFor();
      expect(await problemOf(page, 'brokenSound').innerText()).toContain('noise.wav cannot be read');
      expect(await labelsOf(page)).toEqual(before);
      await drop(page, 'main', [wavFile('half.wav', bird.subarray(0, bird.length / 2))]);
      await problemOf(page, 'damagedSound').waitFor();
      await page.locator('.opened button', { hasText: 'half.wav' }).locator('strong').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    itWhenAsked('speaks Spanish to who does, and changes at once', async () => {
      const { page, problems, close } = await open({ locale: 'es-ES' });
      expect(await page.title()).toBe('Taller de ast-ts');
      expect(await page.locator('html').getAttribute('lang')).toBe('es');
      await page.getByRole('button', { name: 'Usar el micrófono' }).click();
      expect(await problemOf(page, 'microphoneRefused').innerText()).toContain('no permite a esta página');
      await page.getByRole('button', { name: 'birds', exact: true }).click();
      await page.locator('.labels li').first().waitFor();
      await screenshot(page, 'spanish');
      await page.getByLabel('Idioma').selectOption('en');
      expect(await problemOf(page, 'microphoneRefused').innerText()).toContain('does not let this page');
      await page.reload();
      await page.getByRole('button', { name: 'Use the microphone' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    itWhenAsked.each([
      ['a desktop', desktop, 'light'],
      ['a phone', phone, 'dark'],
    ] as const)('is accessible on %s, and no wider than the screen', async (_, device, colorScheme) => {
      const { page, problems, close } = await open({ ...device, colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'birds', exact: true }).click();
      await page.getByRole('button', { name: 'Use the microphone' }).click(); // a message, as it is refused
      await page.getByRole('button', { name: 'Add a class' }).click();
      await page.getByRole('button', { name: 'Add the sound shown above to class 1' }).click();
      await page.locator('.labels li').first().waitFor();
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } };
        return (await axe.run()).violations;
      });
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
      expect(await goesSideways(page)).toBe(false);
      await screenshot(page, `${device === phone ? 'phone' : 'desktop'}-${colorScheme}`);
      expect(problems).toEqual([]);
      await close();
    });
  },
);

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}
