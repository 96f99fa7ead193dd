import { request as ask } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeSafetensors, listCachedFiles } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';
import { bundle, chromiumPath, hasChromium, launch, openPage, PATIENCE, type Site, serve } from '../support/page.js';

it('in Node, the error says where files are kept', async () => {
  await expect(listCachedFiles()).rejects.toThrow("In Node, files are kept in the cache of Hugging Face's libraries");
});

/** 9 MB, which are three pieces. */
const tensors = Array.from({ length: 9 }, (_, i) => {
  const data = Float32Array.from({ length: 250_000 }, (_, j) => i + j / 1e6);
  return [`layer.${i}`, { shape: [250, 1000], data }] as const;
});
const weights = Buffer.concat([...encodeSafetensors(tensors)]);
const files = { 'config.json': '{"a": 1}', 'model.safetensors': weights };

const source = `
  import { clearCachedFiles, listCachedFiles, openRepository, openSafetensors } from 'ast-ts/hub';
  Object.assign(globalThis, {
    list: listCachedFiles,
    clear: clearCachedFiles,
    /** Reads all tensors; what was told on the way. */
    async load(id, options = {}) {
      const warnings = [];
      const progress = (globalThis.progress = []);
      const repository = await openRepository(id, {
        hubUrl: location.origin,
        onWarning: (message) => warnings.push(message),
        onProgress: ({ file, loaded, total }) => file === 'model.safetensors' && progress.push(loaded / total),
        retry: { retries: 1, waitSeconds: 0.01 },
        ...options,
      });
      try {
        const { a } = await repository.readJson('config.json');
        const checkpoint = await openSafetensors(await repository.open('model.safetensors'));
        let wrong = 0;
        for await (const [name, { data }] of checkpoint.readAll())
          for (let j = 0; j < data.length; j++) if (data[j] !== Math.fround(Number(name.slice(6)) + j / 1e6)) wrong++;
        await checkpoint.close();
        return { a, wrong, warnings, first: progress[0], last: progress.at(-1), isRising: progress.every((value, i) => i === 0 || value >= progress[i - 1]) };
      } catch ({ name, reason, message }) {
        return { error: { name, reason, message }, warnings, last: progress.at(-1) };
      }
    },
    /** Stands for a browser that is full, or keeps nothing. */
    refuse: (method) => { CacheStorage.prototype.open = new Proxy(CacheStorage.prototype.open, { async apply(open, self, given) {
      if (method === 'open') throw new DOMException('not here', 'SecurityError');
      const cache = await Reflect.apply(open, self, given);
      const put = cache.put.bind(cache);
      cache.put = (url, response) => /model|files/.test(url) && /[12]$/.test(url) ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : put(url, response);
      return cache;
    } }); },
  });
`;

describe.skipIf(!hasChromium)(
  `what a page keeps of the Hub (needs Chromium: ${chromiumPath})`,
  { timeout: PATIENCE },
  () => {
    let browser: Browser;
    let hub: FakeHub;
    let site: Site;
    beforeAll(async () => {
      browser = await launch();
      // The Hub on the page's own address, which stands in for its CORS headers.
      site = await serve(await bundle({ main: source }), {
        answer: (request, response) => {
          const { host: _, ...headers } = request.headers;
          const target = new URL(request.url!, hub.url);
          const pass = ask(target, { method: request.method!, headers }, (found) => {
            // A connection that breaks breaks here too, behind what has come.
            response.writeHead(found.statusCode!, { ...found.headers, connection: 'close' });
            found.on('error', () => response.end()).pipe(response);
          });
          request.pipe(pass.on('error', () => response.destroy()));
        },
      });
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });
    beforeEach(async () => {
      hub = await startFakeHub({ repos: { 'me/birds': { files } } });
      return () => hub.close();
    });

    /** Each a browser that knows nothing yet. */
    async function open() {
      const context = await browser.newContext();
      const { page, problems } = await openPage(context, site.url);
      const ready = () => page.waitForFunction('globalThis.load');
      await ready();
      return {
        // biome-ignore lint/suspicious/noExplicitAny: what a page returns is only compared
        run: (program: string): Promise<any> => page.evaluate(program),
        waitFor: (condition: string) => page.waitForFunction(condition),
        reload: async () => {
          await page.reload();
          await ready();
        },
        problems,
        close: () => context.close(),
      };
    }
    const ofWeights = () => hub.requests.filter(({ path }) => /safetensors|\/cdn\//.test(path));
    const whole = { a: 1, wrong: 0, warnings: [], last: 1, isRising: true };

    it('is asked for once: the second load sends one request, for the commit, and none goes out when the Hub is away', async () => {
      const { run, reload, problems, close } = await open();
      expect(await run('load("me/birds")')).toMatchObject(whole);
      expect(await run('list()')).toEqual([
        { name: 'me/birds/config.json', size: 8, isWhole: true },
        { name: 'me/birds/model.safetensors', size: weights.length, isWhole: true },
      ]);
      await reload();
      hub.requests.length = 0;
      expect(await run('load("me/birds")')).toMatchObject({ a: 1, wrong: 0, warnings: [] });
      expect(hub.requests).toHaveLength(1);
      expect(problems).toEqual([]);
      hub.fail('/api/', 503, 9);
      const { wrong, warnings } = await run('load("me/birds")');
      expect(wrong).toBe(0);
      expect(warnings.at(-1)).toMatch(/So me\/birds is what the browser keeps of main/);
      await run('clear()');
      expect(await run('list()')).toEqual([]);
      await close();
    });

    it('goes on where a download broke off, also after the page was closed', async () => {
      const { run, waitFor, reload, close } = await open();
      hub.fail('/cdn/', 'stall');
      const broken = run('load("me/birds", { retry: { retries: 0 } })');
      await waitFor('progress.at(-1) > 0.49'); // all that was sent
      hub.cut();
      const { error, last } = await broken;
      expect(error).toMatchObject({ name: 'HubError', reason: 'network' });
      expect(last).toBeGreaterThan(0.4);
      await reload();
      hub.requests.length = 0;
      const { first, ...rest } = await run('load("me/birds")');
      expect(rest).toMatchObject(whole);
      expect(first).toBeGreaterThan(0.4);
      expect(ofWeights().every(({ range }) => range?.startsWith('bytes=4194304-'))).toBe(true);
      await close();
    });

    it('counts only with its hash: other bytes of the same length are an error, and nothing of them is kept', async () => {
      const { run, close } = await open();
      const { error } = await run(
        `load('me/birds', { fetch: async (url, init) => {
        const answer = await fetch(url, init);
        if (!/safetensors/.test(url)) return answer;
        const bytes = new Uint8Array(await answer.arrayBuffer());
        bytes[bytes.length - 1] ^= 1;
        return new Response(bytes, answer);
      } })`,
      );
      expect(error).toMatchObject({
        name: 'HubError',
        reason: 'content',
        message: expect.stringMatching(/is not what the Hub has/),
      });
      expect((await run('list()')).map(({ name }: { name: string }) => name)).toEqual(['me/birds/config.json']);
      await close();
    });

    it.each([
      ['open', /is not kept in the browser, .*: the browser forbids it, as some do in private windows/],
      [
        'write',
        /model.safetensors is not kept in the browser, .*: the browser does not write it \(QuotaExceededError: full\)/,
      ],
    ])('is read without being kept, and this is said, when the browser refuses to %s', async (method, message) => {
      const { run, close } = await open();
      await run(`refuse('${method}')`);
      const { wrong, warnings, last } = await run('load("me/birds")');
      expect({ wrong, last }).toEqual({ wrong: 0, last: 1 });
      expect(warnings.join('\n')).toMatch(message);
      await close();
    });

    it('of an address is kept while the server says that it is the same', async () => {
      const { run, close } = await open();
      const url = `${site.url}/me/birds/resolve/main`;
      expect(await run(`load('${url}')`)).toMatchObject(whole);
      hub.requests.length = 0;
      expect(await run(`load('${url}')`)).toMatchObject({ wrong: 0 });
      expect(ofWeights().every(({ range }) => range === 'bytes=0-0')).toBe(true);
      await close();
    });
  },
);
