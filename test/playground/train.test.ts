import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification, AudioClassifier } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { mainThreadTasks } from '../support/mainThreadTasks.js';
import { chromiumPath, hasChromium, launch, PATIENCE } from '../support/page.js';
import { ONLY_WHEN_ASKED, runsAllOnWebgpu } from '../support/softwareGpu.js';
import {
  buildPlayground,
  desktop,
  drop,
  type FileToGive,
  labelsOf,
  modelIsReady,
  openPlayground,
  problemOf,
  type Site,
  screenshot,
  tone,
  toneWav,
  wavFile,
} from './playground.js';
import { itWhenAsked, SOME_SKIPPED } from './whenAsked.js';

const pitches = { low: 300, high: 2500 } as const;
/** Into how many windows a longer sound is cut depends on how fast the model is. */
const shorterThanAWindow = toneWav(pitches.high, 2, 2);

describe.skipIf(!hasChromium)(
  `the playground, training (needs Chromium: ${chromiumPath}${SOME_SKIPPED})`,
  { timeout: PATIENCE },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
    /** What the microphone hears. The browser reads it whenever the microphone is opened. */
    const recording = join(directory, 'recording.wav');
    let site: Site;
    let browser: Browser;

    beforeAll(async () => {
      writeFileSync(recording, toneWav(pitches.low, 4, 1));
      site = await buildPlayground(join(directory, 'site'));
      browser = await launch('--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${recording}`);
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      rmSync(directory, { recursive: true });
    });

    async function newContext(): Promise<BrowserContext> {
      const context = await browser.newContext({ ...desktop, permissions: ['microphone'], acceptDownloads: true });
      await context.addInitScript(`
        globalThis.soundContexts = [];
        globalThis.AudioContext = class extends AudioContext {
          constructor() { soundContexts.push(super()); }
        };`);
      return context;
    }
    /** By the clock of the page's sound: a busy machine hears less than has passed. */
    async function heardFor(page: Page, seconds: number): Promise<void> {
      await page.evaluate('globalThis.begun = soundContexts.map(({ currentTime }) => currentTime)');
      await page.waitForFunction(
        `soundContexts.some(({ currentTime }, i) => currentTime - (begun[i] ?? 0) > ${seconds})`,
      );
    }

    async function addClass(page: Page, name: string): Promise<void> {
      await page.getByRole('button', { name: 'Add a class' }).click();
      const field = page.locator('fieldset.class input.name').last();
      await field.fill(name);
      await field.press('Enter');
      await page.locator(`fieldset.class[data-class="${name}"]`).waitFor();
    }
    const clipsOf = (page: Page, name: string) => page.locator(`fieldset.class[data-class="${name}"] .clips li`);

    const files = (pitch: number, count: number): FileToGive[] =>
      Array.from({ length: count }, (_, i) => wavFile(`${pitch}-${i}.wav`, toneWav(pitch, 1 + 0.2 * i, i + 1)));

    async function collect(page: Page, count: number): Promise<void> {
      for (const [name, pitch] of Object.entries(pitches)) {
        await addClass(page, name);
        await drop(page, `fieldset.class[data-class="${name}"]`, files(pitch, count));
        await expect.poll(() => clipsOf(page, name).count()).toBe(count);
      }
    }
    const train = (page: Page): Promise<void> => page.getByRole('button', { name: 'Train', exact: true }).click();

    it('learns two recorded classes without holding up the page, and keeps them and the model', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      for (const [name, pitch] of Object.entries(pitches)) {
        writeFileSync(recording, toneWav(pitch, 4, 1));
        await addClass(page, name);
        await page.getByRole('button', { name: `Record ${name}`, exact: true }).click();
        const stop = page.getByRole('button', { name: `Stop recording ${name}` });
        await stop.waitFor();
        await heardFor(page, 2.5); // about what the model hears at a time
        await screenshot(page, `recording-${name}`);
        await stop.click();
        await expect.poll(() => clipsOf(page, name).count()).toBe(1);
        await drop(page, `fieldset.class[data-class="${name}"]`, files(pitch, 2));
        await expect.poll(() => clipsOf(page, name).count()).toBe(3);
      }
      const tasks = await mainThreadTasks(browser, page, async () => {
        await train(page);
        await page.locator('.curve').waitFor();
        await screenshot(page, 'training');
        await page.locator('.outcome').waitFor();
      });
      expect(Math.max(...tasks)).toBeLessThan(100);
      expect(await page.locator('.accuracy').innerText()).toBe('2 of 2 held-out clips are right');
      await page.locator('.picture svg').waitFor();
      expect(await page.locator('.train tbody tr').allInnerTexts()).toEqual([
        'low\t1.00\t1.00\t1.00\t1',
        'high\t1.00\t1.00\t1.00\t1',
      ]);
      await drop(page, 'h1', [wavFile('new.wav', shorterThanAWindow)]);
      await page.locator('.labels li').first().waitFor();
      const before = await labelsOf(page);
      expect(Object.keys(before)).toEqual(['high', 'low']);
      expect(before['high']).toBeGreaterThan(70);
      await screenshot(page, 'trained');

      await page.reload();
      await page.locator('.in-use', { hasText: 'built-in' }).waitFor();
      for (const name of Object.keys(pitches)) expect(await clipsOf(page, name).count()).toBe(3);
      await page.getByRole('button', { name: 'Use low, high' }).click();
      await page.locator('.in-use', { hasText: 'low, high' }).waitFor();
      await drop(page, 'h1', [wavFile('new.wav', shorterThanAWindow)]);
      await page.locator('.labels li').first().waitFor();
      expect(await labelsOf(page)).toEqual(before);
      await screenshot(page, 'loaded');
      expect(problems).toEqual([]);
      await context.close();
    });

    itWhenAsked('trains with LoRA, and gives the model in the layout of Hugging Face', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      await collect(page, 2);
      await page.getByLabel('LoRA: all layers a little').check();
      await page.getByLabel('Rounds over the clips').fill('6');
      await page.getByLabel('Rounds over the clips').press('Enter');
      await train(page);
      await page.locator('.outcome').waitFor();
      expect(await page.locator('.outcome').innerText()).toContain('No clip was held out');
      await drop(page, 'h1', [wavFile('new.wav', toneWav(pitches.low, 2, 9))]);
      await page.locator('.labels li').first().waitFor();
      const shown = await labelsOf(page);

      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download low, high' }).first().click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('low-high.zip');
      const zip = readFileSync(await download.path());
      const contents = unzipSync(zip);
      expect(Object.keys(contents).sort()).toEqual([
        'README.md',
        'config.json',
        'model.safetensors',
        'preprocessor_config.json',
      ]);
      // The numbers of the page, in another program.
      await useBackend('cpu');
      const model = await ASTForAudioClassification.fromPretrained(temporaryDirectory(contents));
      const classifier = new AudioClassifier(model);
      const scores = await classifier.classify({ samples: tone(pitches.low, 2, 9), sampleRate: 16000 });
      for (const { label, score } of scores) expect(Math.abs(100 * score - shown[label]!)).toBeLessThan(1);
      model.dispose();

      // And back again, as a zip that is dropped.
      await page.getByRole('button', { name: 'Use the built-in model' }).click();
      await page.locator('.in-use', { hasText: 'built-in' }).waitFor();
      await drop(page, 'h1', [{ name: 'low-high.zip', mimeType: 'application/zip', buffer: zip }]);
      await page.locator('.in-use', { hasText: 'low-high' }).waitFor();
      await expect.poll(() => labelsOf(page)).toEqual(shown);
      expect(problems).toEqual([]);
      await context.close();
    });

    itWhenAsked('cancels a training, and the model from before stays', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      await collect(page, 1);
      await page.getByLabel('Rounds over the clips').fill('1000');
      await page.getByLabel('Rounds over the clips').press('Enter');
      await train(page);
      await page.locator('.curve').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('Cancelled. The model in use is the one from before.').waitFor();
      expect(await page.locator('.in-use').innerText()).toContain('built-in');
      expect(problems).toEqual([]);
      await context.close();
    });

    itWhenAsked('says why a checkpoint is not loaded, and keeps the one before', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      await drop(page, 'h1', [
        { name: 'config.json', mimeType: 'application/json', buffer: Buffer.from('{"model_type": "bert"}') },
        { name: 'model.safetensors', mimeType: '', buffer: Buffer.alloc(100) },
      ]);
      await problemOf(page, 'brokenModel').waitFor();
      await page.locator('.notice summary').click();
      await screenshot(page, 'broken-model');
      // A directory of this server, given by its address: config.json is a page, as servers do.
      await page.getByLabel('Id on the Hugging Face Hub').fill(`${site.url}nothing-here`);
      await page.getByRole('button', { name: 'Load', exact: true }).click();
      await expect.poll(() => page.locator('.notice').count()).toBe(2);
      await page.getByRole('button', { name: 'birds', exact: true }).click();
      await page.locator('.labels li').first().waitFor();
      expect(problems.filter((problem) => !/404/.test(problem))).toEqual([]);
      await context.close();
    });

    itWhenAsked('starts again when the computation breaks off, with clips and model as they were', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      await collect(page, 1);
      const worker = page.workers().find((one) => one.url().includes('modelWorker'))!;
      await worker.evaluate(() => {
        setTimeout(() => {
          throw new Error('out of luck');
        });
      });
      await problemOf(page, 'workerLost').waitFor();
      await page.locator('.in-use').waitFor();
      await page.getByRole('button', { name: 'water', exact: true }).click();
      await page.locator('.labels li').first().waitFor();
      expect(await clipsOf(page, 'low').count()).toBe(1);
      expect(problems).toEqual([]);
      await context.close();
    });

    // Half of the time of all these tests goes to a GPU of software.
    it.skipIf(!runsAllOnWebgpu)(
      `starts again when the GPU is lost, and leaves it alone when it is lost twice (${ONLY_WHEN_ASKED})`,
      async () => {
        // A GPU played by the processor, which can be taken away all the same.
        const gpu = await launch(
          '--enable-unsafe-webgpu',
          '--use-webgpu-adapter=swiftshader',
          '--enable-features=Vulkan',
          '--ignore-gpu-blocklist',
        );
        const { page, problems } = await openPlayground(await gpu.newContext(desktop), `${site.url}?backend=webgpu`, {
          ready: false,
        });
        await collect(page, 1);
        for (let loss = 1; loss <= 2; loss++) {
          await page.locator('.backend', { hasText: 'graphics card' }).waitFor();
          const worker = page.workers().findLast((one) => one.url().includes('modelWorker'))!;
          await worker.evaluate(() => {
            const { _tfengine } = globalThis as unknown as { _tfengine: { backend: { device: { destroy(): void } } } };
            _tfengine.backend.device.destroy();
          });
          await problemOf(page, 'gpuLost').waitFor();
          await page.getByRole('button', { name: 'Close this message' }).click();
        }
        await page.locator('.backend', { hasText: 'WebAssembly' }).waitFor();
        await modelIsReady(page);
        expect(await clipsOf(page, 'low').count()).toBe(1);
        await page.getByRole('button', { name: 'birds', exact: true }).click();
        await page.locator('.labels li').first().waitFor();
        expect(problems).toEqual([]);
        await gpu.close();
      },
    );

    itWhenAsked('says that the browser has no room left, and keeps the clip as long as it is open', async () => {
      const context = await newContext();
      const { page, problems } = await openPlayground(context, site.url);
      await addClass(page, 'low');
      // A disk cannot be filled here; this is what the browser does when it is full.
      await page.evaluate(() => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        };
      });
      await drop(page, 'fieldset.class', files(pitches.low, 1));
      await problemOf(page, 'storageFull').waitFor();
      expect(await clipsOf(page, 'low').count()).toBe(1);
      await screenshot(page, 'storage-full');
      await page.getByRole('button', { name: 'Delete 300-0.wav' }).click();
      expect(await clipsOf(page, 'low').count()).toBe(0);
      expect(problems).toEqual([]);
      await context.close();
    });
  },
);
