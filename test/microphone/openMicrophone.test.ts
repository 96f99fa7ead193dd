import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MicrophoneError } from '../../src/errors.js';
import { openMicrophone } from '../../src/microphone/index.js';
import { sineWav } from '../support/encodeWav.js';
import { bundle, chromiumPath, hasChromium, launch, openPage, PATIENCE, type Site, serve } from '../support/page.js';

const source = `
  import { openMicrophone } from 'ast-ts/microphone';
  import { ASTForAudioClassification } from 'ast-ts/ast';
  import { AudioClassifier } from 'ast-ts/ast';
  import { astPresets } from 'ast-ts/ast';
  import { useBackend } from 'ast-ts/backends';
  import { pitchOf } from './test/support/encodeWav.ts';

  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const explain = ({ name, reason, message }) => ({ name, reason, message });
  Object.assign(globalThis, {
    refused: (options) => openMicrophone(options).then(() => 'opened', explain),
    /** Records for some time, and stops. */
    async record(seconds, options) {
      const microphone = await openMicrophone(options);
      const samples = [];
      const lengths = new Set();
      for await (const piece of microphone) {
        lengths.add(piece.length);
        samples.push(...piece);
        if (samples.length >= seconds * microphone.sampleRate) microphone.stop();
      }
      const { sampleRate, recordedRate, label, recordedSamples, lostSamples } = microphone;
      const end = samples.slice(-0.5 * sampleRate);
      const pitch = pitchOf({ samples: end, sampleRate });
      const loudest = end.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const settings = globalThis.tracks.at(-1).getSettings();
      const state = globalThis.tracks.at(-1).readyState;
      return { sampleRate, recordedRate, label, recordedSamples, lostSamples, taken: samples.length, pitch, loudest, settings, state, longest: Math.max(...lengths) };
    },
    async classify() {
      await useBackend('cpu');
      const model = ASTForAudioClassification.fromConfig({ ...astPresets.tiny, maxLength: 128 }, { labels: ['a', 'b'], seed: 1 });
      const microphone = await openMicrophone();
      const windows = [];
      for await (const { start, end, classifications } of new AudioClassifier(model).classifyStream(microphone, microphone.sampleRate, { windowSeconds: 0.5 })) {
        windows.push([start, end, classifications.length]);
        if (windows.length === 3) break;
      }
      await until(() => globalThis.tracks.at(-1).readyState === 'ended');
      return windows;
    },
    async unplug() {
      const microphone = await openMicrophone();
      const reading = (async () => { for await (const _ of microphone); })().catch(explain);
      await until(() => microphone.recordedSamples > 0);
      globalThis.tracks.at(-1).dispatchEvent(new Event('ended'));
      return reading;
    },
    async readSlowly() {
      const warnings = [];
      const microphone = await openMicrophone({ bufferSeconds: 0.3, onWarning: (message) => warnings.push(message) });
      await until(() => microphone.lostSamples > 0);
      await microphone.stop();
      let read = 0;
      for await (const { length } of microphone) read += length;
      return { warnings, read, lost: microphone.lostSamples, recorded: microphone.recordedSamples };
    },
  });
  globalThis.tracks = [];
  const { mediaDevices } = navigator;
  if (mediaDevices) {
    const { getUserMedia } = mediaDevices;
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia.call(mediaDevices, constraints);
      globalThis.tracks.push(...stream.getTracks());
      return stream;
    };
  }
`;

it('in Node, the error says where there is a microphone', async () => {
  const error = await openMicrophone().catch((e) => e);
  expect(error).toBeInstanceOf(MicrophoneError);
  expect(error).toMatchObject({ reason: 'unsupported', message: /records in the page of a browser; Node and workers/ });
});

describe.skipIf(!hasChromium)(
  `the microphone in a page (needs Chromium: ${chromiumPath})`,
  { timeout: PATIENCE },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
    let browser: Browser;
    let site: Site;
    let strict: Site;
    beforeAll(async () => {
      const recording = join(directory, 'tone.wav');
      writeFileSync(recording, sineWav(500, 2, 48000));
      const files = await bundle({ main: source });
      site = await serve(files);
      strict = await serve(files, { headers: { 'Content-Security-Policy': "script-src 'self'" } });
      browser = await launch(
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${recording}`,
        '--host-resolver-rules=MAP insecure.test 127.0.0.1',
      );
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      rmSync(directory, { recursive: true });
      await Promise.all([site?.close(), strict?.close()]);
    });

    async function open(url: string, permissions: string[] = ['microphone']) {
      const context = await browser.newContext();
      await context.grantPermissions(permissions);
      const { page, problems } = await openPage(context, url);
      await page.waitForFunction('globalThis.record');
      // biome-ignore lint/suspicious/noExplicitAny: what a page returns is only compared
      const run = (program: string): Promise<any> => page.evaluate(program);
      return { run, problems, close: () => context.close() };
    }

    it('gives the sound of the device at 16 kHz in pieces of a tenth of a second, unprocessed, until it is stopped', async () => {
      const { run, problems, close } = await open(site.url);
      const heard = await run('record(1.5)');
      expect(heard).toMatchObject({ sampleRate: 16000, lostSamples: 0, state: 'ended' });
      expect(heard.label).toMatch(/Fake/);
      expect(heard.settings).toMatchObject({
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      });
      expect(Math.abs(heard.pitch - 500)).toBeLessThan(10);
      expect(heard.loudest).toBeGreaterThan(0.4);
      expect(heard.loudest).toBeLessThan(0.6);
      expect(heard.taken).toBe(heard.recordedSamples);
      expect(heard.longest).toBeLessThanOrEqual(1610);
      const other = await run('record(0.6, { sampleRate: 22050, pieceSeconds: 0.02 })');
      expect(Math.abs(other.pitch - 500)).toBeLessThan(10);
      expect(other).toMatchObject({ sampleRate: 22050 });
      expect(problems).toEqual([]);
      await close();
    });

    it('goes straight into a classifier, and leaving the loop frees it', async () => {
      const { run, close } = await open(site.url);
      expect(await run('classify()')).toEqual([
        [0, 0.5, 2],
        [0.5, 1, 2],
        [1, 1.5, 2],
      ]);
      await close();
    });

    it('ends the loop with an error when it is unplugged', async () => {
      const { run, close } = await open(site.url);
      expect(await run('unplug()')).toMatchObject({ name: 'MicrophoneError', reason: 'disconnected' });
      await close();
    });

    it('counts what a slow reader loses, and says so once', async () => {
      const { run, close } = await open(site.url);
      const { warnings, read, lost, recorded } = await run('readSlowly()');
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/too slow: more than 0.3 s of sound wait/);
      expect(lost).toBeGreaterThan(0);
      expect(read + lost).toBe(recorded);
      await close();
    });

    it.each([
      ['the user refuses it', () => open(site.url, []), '', 'permission', /not allowed \(NotAllowedError/],
      [
        'there is none of that id',
        () => open(site.url),
        "{ deviceId: 'none' }",
        'device',
        /no microphone of deviceId 'none'/,
      ],
      ['the page forbids the worklet', () => open(strict.url), '', 'blocked', /must allow script-src blob:/],
      [
        'the page is not secure',
        () => open(site.url.replace('127.0.0.1', 'insecure.test'), []),
        '',
        'insecure',
        /secure pages only, and http:\/\/insecure.test/,
      ],
    ])('says why when %s', async (_, opened, options, reason, message) => {
      const { run, close } = await opened();
      const error = await run(`refused(${options})`);
      expect(error).toMatchObject({ name: 'MicrophoneError', reason });
      expect(error.message).toMatch(message);
      expect(await run('tracks.filter(({ readyState }) => readyState === "live").length')).toBe(0);
      await close();
    });

    it('says so when there is no microphone at all', async () => {
      const bare = await launch();
      const context = await bare.newContext({ permissions: ['microphone'] });
      const { page } = await openPage(context, site.url);
      await page.waitForFunction('globalThis.refused');
      expect(await page.evaluate('refused()')).toMatchObject({ reason: 'device' });
      await bare.close();
    });
  },
);
