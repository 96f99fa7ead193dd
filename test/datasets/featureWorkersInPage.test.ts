import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sineWav } from '../support/encodeWav.js';
import { hasShared, sharedPath } from '../support/golden.js';
import { mainThreadTasks } from '../support/mainThreadTasks.js';
import { bundle, chromiumPath, hasChromium, launch, openPage, PATIENCE, type Site, serve } from '../support/page.js';

const source = `
  import { decodeAudio, MelSpectrogramExtractor } from 'ast-ts/audio';
  import { featureWorkers } from 'ast-ts/datasets';
  import { astPresets, ASTForAudioClassification } from 'ast-ts/ast';
  import { useBackend } from 'ast-ts/backends';
  import { Trainer } from 'ast-ts/train';

  const extractor = new MelSpectrogramExtractor({ maxLength: 1024 });
  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const here = async (sound) => extractor.extract(sound.samples ? sound : await decodeAudio(sound, { sampleRate: 16000 }));

  const difference = (a, b) => a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);

  Object.assign(globalThis, {
    async compare(path) {
      const workers = featureWorkers(1, extractor);
      const sound = await bytesOf(path);
      const [made, expected] = [await workers.extractSound(sound), await here(sound)];
      await workers.close();
      return { difference: difference(made, expected), frames: made.frames, bins: made.bins };
    },
    async compareWaveform() {
      const workers = featureWorkers(1, extractor);
      const sound = { samples: Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i / 7)), sampleRate: 16000 };
      const made = await workers.extractSound(sound);
      await workers.close();
      return difference(made, await here(sound));
    },
    /** What only the page decodes. */
    async compareWebm() {
      const context = new AudioContext();
      const [tone, out] = [new OscillatorNode(context), context.createMediaStreamDestination()];
      tone.connect(out);
      tone.start();
      const recorder = new MediaRecorder(out.stream);
      const pieces = [];
      recorder.ondataavailable = ({ data }) => {
        pieces.push(data);
        if (new Blob(pieces).size > 4000) recorder.stop();
      };
      const stopped = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.start(50);
      await stopped;
      const workers = featureWorkers(1, extractor);
      const sound = new File(pieces, 'voice.webm');
      const made = await workers.extractSound(sound);
      await workers.close();
      await context.close();
      return difference(made, await here(new Uint8Array(await sound.arrayBuffer())));
    },
    async refuse() {
      const workers = featureWorkers(1, extractor);
      const errorOf = (sound) => workers.extractSound(sound).catch(({ name, message, file }) => ({ name, message, file }));
      const errors = [
        await errorOf(new File(['no sound'], 'x.wav')),
        await errorOf({ samples: new Float32Array(0), sampleRate: 16000 }),
      ];
      await workers.close();
      return errors;
    },
    async makeMany(path, count) {
      const sound = await bytesOf(path);
      const workers = featureWorkers(2, extractor);
      await Promise.all(Array.from({ length: count }, () => workers.extractSound(sound)));
      await workers.close();
    },
    async makeManyHere(path, count) {
      const sound = await bytesOf(path);
      for (let i = 0; i < count; i++) await here(sound);
    },
    async train(paths) {
      await useBackend('cpu');
      const small = new MelSpectrogramExtractor({ maxLength: 48 });
      const dataset = {
        name: 'files', length: paths.length, labels: ['a', 'b'], sampleRate: 16000,
        labelOf: (i) => i % 2, idOf: (i) => paths[i], bytesOf: (i) => bytesOf(paths[i]),
        get: async (i) => ({ id: paths[i], label: i % 2, waveform: await decodeAudio(await bytesOf(paths[i]), { sampleRate: 16000 }) }),
      };
      const losses = [];
      for (const prefetchWorkers of [0, 1]) {
        const model = ASTForAudioClassification.fromConfig({ ...astPresets.tiny, maxLength: 48 }, { labels: ['a', 'b'], seed: 1 });
        const args = { numTrainEpochs: 1, perDeviceTrainBatchSize: 2, prefetchWorkers, seed: 1 };
        const { trainingLoss } = await new Trainer({ model, extractor: small, trainDataset: dataset, args }).train();
        losses.push(trainingLoss);
        model.dispose();
      }
      return losses;
    },
  });
`;

const formats = ['s16_48000.wav', 'stereo_s16.wav', 'flac_16.flac', 'mp3_cbr.mp3', 'opus.opus', 'vorbis.ogg'];

describe.skipIf(!hasChromium)(
  `features in the workers of a page (needs Chromium: ${chromiumPath})`,
  { timeout: PATIENCE },
  () => {
    let browser: Browser;
    let site: Site;
    let page: Page;
    const run = (program: string): Promise<unknown> => page.evaluate(program);
    let problems: string[];
    beforeAll(async () => {
      const files = await bundle({ main: source, featureWorker: "import './src/datasets/featureWorker.ts';" });
      files.set('/long.wav', sineWav(440, 10, 44100));
      for (const hertz of [300, 400]) files.set(`/${hertz}.wav`, sineWav(hertz, 1, 44100));
      for (const name of formats)
        if (hasShared(`data/formats/${name}`)) files.set(`/${name}`, readFileSync(sharedPath(`data/formats/${name}`)));
      site = await serve(files);
      browser = await launch('--autoplay-policy=no-user-gesture-required');
      ({ page, problems } = await openPage(browser, site.url));
      await page.waitForFunction('globalThis.compare');
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    it('are those of the page itself, of samples and of a file that is resampled', async () => {
      expect(await run('compare("/long.wav")')).toEqual({ difference: 0, frames: 1024, bins: 128 });
      expect(await run('compareWaveform()')).toBe(0);
    });

    it.skipIf(!hasShared('data/formats'))('are those of the page itself for compressed sound too', async () => {
      for (const name of formats) expect(await run(`compare('/${name}')`), name).toMatchObject({ difference: 0 });
    });

    it('of what only the page decodes are made as well', async () => {
      expect(await run('compareWebm()')).toBe(0);
    });

    it('leave the thread that draws free: none of its tasks computes for 100 ms', async () => {
      const longest = async (program: string): Promise<number> =>
        Math.max(...(await mainThreadTasks(browser, page, async () => void (await run(program)))));
      // Few: each sound is copied for its worker, and here all in one task.
      const inWorkers = await longest('makeMany("/long.wav", 4)');
      expect(inWorkers).toBeLessThan(100);
      expect(await longest('makeManyHere("/long.wav", 5)')).toBeGreaterThan(inWorkers);
    });

    it('are what the Trainer reads ahead: the loss is that of features of its own thread', async () => {
      const [own, ahead] = (await run('train(["/300.wav", "/400.wav"])')) as number[];
      expect(own).toBeGreaterThan(0);
      expect(ahead).toBe(own);
    });

    it('that cannot be made are errors with the name of the file', async () => {
      expect(await run('refuse()')).toEqual([
        { name: 'AudioDecodeError', message: expect.stringContaining('Cannot decode x.wav'), file: 'x.wav' },
        { name: 'AudioInputError', message: expect.stringContaining('an empty one') },
      ]);
      expect(problems).toEqual([]);
    });
  },
);
