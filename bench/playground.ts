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
import { buildPlayground, desktop, drop } from '../test/playground/playground.js';
import { launch } from '../test/support/page.js';
import { median } from './measure.js';
import { recordings } from './recordings.js';

const VISITS = 9;
const clip = { name: 'clip.ogg', mimeType: 'audio/ogg', buffer: readFileSync(recordings(1)[0]!) };

/** Runs in the page: its drops and the moment when the model is there, by the page's clock; to ask from outside takes a tenth of a second. */
function watch(): void {
  addEventListener('drop', () => performance.mark('drop'), true);
  new MutationObserver((_, observer) => {
    if (!document.querySelector('.in-use')) return;
    performance.mark('ready');
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true });
}

const names = [
  'from the address to a model that is ready',
  'from the address to the labels of a sound that is dropped at once',
  'from the drop of another sound to its labels',
];

/** Milliseconds of each of `names`. */
async function visit(browser: Browser, url: string): Promise<number[]> {
  const context = await browser.newContext(desktop);
  const page = await context.newPage();
  const marks = (name: string): Promise<number[]> =>
    page.evaluate((wanted) => performance.getEntriesByName(wanted).map(({ startTime }) => startTime), name);
  const dropAndWait = async (sounds: number): Promise<void> => {
    await drop(page, 'main', [clip]);
    await page.waitForFunction((count) => performance.getEntriesByName('labels').length >= count, sounds);
  };
  await page.addInitScript(watch);
  await page.goto(url);
  await dropAndWait(1);
  await page.waitForTimeout(2000); // it draws where the model looked
  await dropAndWait(2);
  const [[ready], [first, second], [, dropped]] = [await marks('ready'), await marks('labels'), await marks('drop')];
  await context.close();
  return [ready!, first!, second! - dropped!];
}

const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
const site = await buildPlayground(directory);
const browser = await launch();
try {
  const visits: number[][] = [];
  for (let i = 0; i < VISITS; i++) visits.push(await visit(browser, site.url));
  console.log('| | median, ms | slowest, ms |\n| --- | --- | --- |');
  for (const [i, name] of names.entries()) {
    const times = visits.map((visit) => visit[i]!);
    console.log(`| ${name} | ${median(times).toFixed(0)} | ${Math.max(...times).toFixed(0)} |`);
  }
} finally {
  await browser.close();
  await site.close();
  rmSync(directory, { recursive: true });
}
