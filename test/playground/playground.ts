/** The playground as it is built for users, in a Chromium of the system. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build, preview } from 'vite';
import { encodeWav } from '../../examples/support/encodeWav.js';
import { PATIENCE } from '../support/page.js';

const root = resolve(import.meta.dirname, '..', '..', 'examples', 'playground');
const configFile = join(root, 'vite.config.ts');

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page into a directory, and serves it on loopback. */
export async function buildPlayground(outDir: string): Promise<Site> {
  await build({ root, configFile, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({
    root,
    configFile,
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  });
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

/** Tones with a little noise: classes of a test sound different, and no clip is like another. */
export function tone(pitch: number, seconds: number, seed: number): Float32Array {
  let state = seed * 7919 + 17;
  const noise = (): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  };
  return Float32Array.from({ length: Math.round(seconds * 16000) }, (_, i) => {
    const beat = 0.5 + 0.5 * Math.sin((2 * Math.PI * (3 + (seed % 3)) * i) / 16000);
    return 0.4 * beat * Math.sin((2 * Math.PI * pitch * (1 + 0.01 * seed) * i) / 16000) + 0.02 * noise();
  });
}

export const toneWav = (pitch: number, seconds: number, seed: number): Buffer =>
  Buffer.from(encodeWav(tone(pitch, seconds, seed), 16000));

/** What Playwright takes as a file. */
export interface FileToGive {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export const wavFile = (name: string, buffer: Buffer): FileToGive => ({ name, mimeType: 'audio/wav', buffer });

/** Drops files on what a selector finds, as a mouse does. */
export async function drop(page: Page, selector: string, files: readonly FileToGive[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, text: buffer.toString('base64') }));
  const transfer = await page.evaluateHandle((items) => {
    const data = new DataTransfer();
    for (const { name, mimeType, text } of items)
      data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type: mimeType }));
    return data;
  }, given);
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
}

/** The labels that are shown, with their scores in percent. */
export async function labelsOf(page: Page): Promise<Record<string, number>> {
  const rows = await page.locator('.labels li').allInnerTexts();
  return Object.fromEntries(
    rows.map((row) => {
      const [label, score] = row.split('\n');
      return [label!, Number.parseFloat(score!)];
    }),
  );
}

export const problemOf = (page: Page, problem: string) => page.locator(`.notice[data-problem="${problem}"]`);

/** Waits for the model: the page can be used before. */
export const modelIsReady = (page: Page): Promise<void> => page.locator('.in-use').waitFor();

/** Opens the page in a context of its own; whatever the console says is a mistake. */
export async function openPlayground(
  context: BrowserContext,
  url: string,
  options: { ready?: boolean } = {},
): Promise<{ page: Page; problems: string[] }> {
  context.setDefaultTimeout(PATIENCE / 4);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(url);
  if (options.ready !== false) await modelIsReady(page);
  return { page, problems };
}

/** Pictures of what is tested, where someone wants to look at them: PLAYGROUND_SCREENSHOTS=directory. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const directory = process.env['PLAYGROUND_SCREENSHOTS'];
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 }, locale: 'en-US' };
export const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  locale: 'en-US',
};

/** Whether a part of the page is wider than the screen. */
export const goesSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
