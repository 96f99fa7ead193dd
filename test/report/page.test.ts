import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { chromiumPath, hasChromium, launch, PATIENCE } from '../support/page.js';
import { fakeResult, fakeSounds } from './reportFixtures.js';

const result = fakeResult({ name: 'AST' });

describe.skipIf(!hasChromium)(`the page of a report (needs Chromium: ${chromiumPath})`, { timeout: PATIENCE }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch('--autoplay-policy=no-user-gesture-required');
  }, PATIENCE);
  afterAll(() => browser?.close());

  /** Opens a report from disk; what went wrong in the page, and what it asked for, is collected. */
  async function open({ results = [result], width = 1280, colorScheme = 'light' as 'light' | 'dark' } = {}) {
    const out = join(temporaryDirectory(), 'report.html');
    await renderReport(results, { out, dataset: fakeSounds() });
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    context.setDefaultTimeout(PATIENCE / 2);
    const page = await context.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => message.type() !== 'log' && problems.push(message.text()));
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(out).href);
    return { page, problems, requests, file: pathToFileURL(out).href, close: () => context.close() };
  }
  const cells = (page: Page): Promise<string[]> => page.locator('#matrix-0 tbody td').allInnerTexts();

  it('shows and plays the clips of a cell of the confusion matrix, and asks for nothing but itself', async () => {
    const { page, problems, requests, file, close } = await open();
    const { label, prediction } = result.clips.find((clip) => clip.label !== clip.prediction)!;
    const same = result.clips.filter((clip) => clip.label === label && clip.prediction === prediction);
    await page.click(`#matrix-0 td[data-truth="${label}"][data-prediction="${prediction}"]`);
    const panel = page.locator('#cell-0');
    expect(await panel.locator('.clip .id').allInnerTexts()).toEqual(same.map(({ id }) => id));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H3');

    const clip = panel.locator('.clip').first();
    await clip.locator('.play').click();
    const position = clip.locator('input[type=range]');
    await expect.poll(async () => Number(await position.inputValue()), { timeout: PATIENCE / 2 }).toBeGreaterThan(0);
    await clip.locator('.show-attention').check();
    expect(await clip.locator('canvas').isVisible()).toBe(true);

    await panel.locator('.close').click();
    expect(await panel.locator('.clip').count()).toBe(0);
    expect(problems).toEqual([]);
    expect(requests.filter((url) => url !== file && !/^(?:data|blob):/.test(url))).toEqual([]);
    await close();
  });

  it('moves in the matrix and opens a cell by the keyboard', async () => {
    const { page, close } = await open();
    await page.locator('#matrix-0 td[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const place = () => page.evaluate(() => ({ ...(document.activeElement as HTMLElement).dataset }));
    expect(await place()).toMatchObject({ truth: '1', prediction: '1' });
    await page.keyboard.press('Enter');
    expect(await page.locator('#cell-0 h3').innerText()).toMatch(/^sea_waves, recognised: \d clips?$/);
    await close();
  });

  it('sorts and divides the matrix, and sorts the table of classes', async () => {
    const { page, close } = await open();
    const before = await cells(page);
    await page.locator('input[name=norm-0][value=true]').check({ force: true });
    const shares = (await cells(page)).map((text) => (text === '·' ? 0 : Number(text)));
    for (let row = 0; row < 3; row++)
      expect(Math.abs(shares.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b) - 100)).toBeLessThanOrEqual(2);
    await page.locator('input[name=norm-0][value=counts]').check({ force: true });
    await page.locator('input[name=order-0][value=recall]').check({ force: true });
    const diagonal = (await cells(page)).filter((_, i) => i % 4 === 0).map(Number);
    expect(diagonal).toEqual([...diagonal].sort((a, b) => b - a));
    expect((await cells(page)).sort()).toEqual(before.sort());

    const recalls = async (): Promise<number[]> =>
      (await page.locator('#classes-0 tbody td:nth-child(3)').allInnerTexts()).map(Number);
    const button = page.locator('#classes-0 button[data-sort=recall]');
    await button.click();
    expect(await recalls()).toEqual([...(await recalls())].sort((a, b) => b - a));
    await button.click();
    expect(await recalls()).toEqual([...(await recalls())].sort((a, b) => a - b));
    expect(await page.locator('#classes-0 [role=status]').innerText()).toBe('Sorted by Recall, the lowest first.');
    await close();
  });

  it('speaks Spanish, numbers and pictures too, and changes its colours', async () => {
    const { page, problems, close } = await open();
    const english = await page.locator('.headline strong').innerText();
    await page.click('button[data-language=es]');
    expect(await page.getAttribute('html', 'lang')).toBe('es');
    expect(await page.locator('.headline strong').innerText()).toBe(english.replace('.', ',').replace('%', '\u00a0%'));
    expect(await page.locator('#training-0').innerText()).toContain('Época');
    expect(await page.title()).toBe('AST en sounds');
    const untranslated = await page.locator('main').innerText();
    expect(untranslated).not.toMatch(/\b(?:the|clips? with|true|Precision)\b/);

    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.click('button[data-theme=dark]');
    expect(await background()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.click('button[data-theme=light]');
    expect(await background()).toBe(light);
    expect(problems).toEqual([]);
    await close();
  });

  it('fits on a phone, in both languages, with several results', async () => {
    const results = [result, fakeResult({ name: 'a much longer name of a model', skill: 2, seed: 3 })];
    const { page, close } = await open({ results, width: 360 });
    for (const language of ['en', 'es']) {
      await page.click(`button[data-language=${language}]`);
      for (const shown of ['0', '1']) {
        await page.click(`button[data-show="${shown}"]`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      }
    }
    await close();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds serious, in %s', async (colorScheme) => {
    const { page, close } = await open({ colorScheme });
    await page.click('#matrix-0 td[data-truth="0"][data-prediction="0"]');
    // Of axe-core's file, since a page from disk with this policy loads no script.
    await page.evaluate(readAxe());
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run();
      return violations.map(
        ({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
      );
    });
    expect(found.filter((text) => /^(?:serious|critical)/.test(text))).toEqual([]);
    await close();
  });
});

const readAxe = (): string => (createRequire(import.meta.url)('axe-core') as { source: string }).source;
