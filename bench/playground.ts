/**
 * How long a visitor of the playground waits: the page as it is built for users, with its own model, in Debian's Chromium (or the one
 * that CHROMIUM names), everything from this machine.
 *
 *   npx tsx bench/playground.ts
 *
 * Medians of visits, each in a context of its own, with nothing cached. The clip has 5 s: an Ogg file of ESC-10 (AST_TS_SHARED).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildPlayground, desktop, drop, modelIsReady } from '../test/playground/playground.js';
import { launch } from '../test/support/page.js';
import { median } from './measure.js';
import { recordings } from './recordings.js';

const VISITS = 9;
const [clip] = recordings(1).map((path) => ({
  name: 'clip.ogg',
  mimeType: 'audio/ogg',
  buffer: readFileSync(path),
}));

/** Seconds from the call of the address until the model is ready, and of clips from the drop to their labels, the first one and another. */
async function visit(browser: Browser, url: string): Promise<[ready: number, first: number, second: number]> {
  const context = await browser.newContext(desktop);
  const page = await context.newPage();
  await page.goto(url);
  await modelIsReady(page);
  const ready = await page.evaluate(() => performance.now());
  const clips: number[] = [];
  for (let i = 1; i <= 2; i++) {
    const dropped = page.evaluate(
      () => new Promise<number>((resolve) => addEventListener('drop', () => resolve(performance.now()), true)),
    );
    await page.evaluate(() => {}); // the listener is there
    await drop(page, 'main', [clip!]);
    await page.waitForFunction((count) => performance.getEntriesByName('labels').length >= count, i);
    const labelled = await page.evaluate(() => performance.getEntriesByName('labels').at(-1)!.startTime);
    clips.push(labelled - (await dropped));
    await page.locator('.spectrogram').waitFor();
    await page.waitForTimeout(1500); // where the model looked is drawn
  }
  await context.close();
  return [ready / 1000, clips[0]! / 1000, clips[1]! / 1000];
}

const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
const site = await buildPlayground(directory);
const browser = await launch();
try {
  const visits: Awaited<ReturnType<typeof visit>>[] = [];
  for (let i = 0; i < VISITS; i++) visits.push(await visit(browser, site.url));
  console.log('| | median, ms | slowest, ms |\n| --- | --- | --- |');
  for (const [i, name] of [
    'from the address to a model that is ready',
    'a first sound, from the drop to its labels',
    'a second one',
  ].entries()) {
    const all = visits.map((times) => times[i]! * 1000);
    console.log(`| ${name} | ${median(all).toFixed(0)} | ${Math.max(...all).toFixed(0)} |`);
  }
} finally {
  await browser.close();
  await site.close();
  rmSync(directory, { recursive: true });
}
