/** From the URLs of files to labels in Debian's Chromium, or in the one that CHROMIUM names. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { servePage } from '../page/server.js';
import { serve } from './serve.js';

interface Task {
  page: 'astTs' | 'transformersJs';
  directory: string;
  frames: number;
  files: string[];
}

const root = join(import.meta.dirname, '..', '..');
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

await serve(async ({ page: name, directory, frames, files }: Task) => {
  if (!existsSync(executablePath)) throw new Error(`no Chromium at ${executablePath}: set CHROMIUM to one`);
  const { origin } = await servePage({
    '/': {
      text: '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
      type: 'text/html',
    },
    '/page.js': { text: await bundle(name), type: 'text/javascript' },
    '/models/': { directory: dirname(directory) },
    '/sounds/': { directory: dirname(files[0]!) },
    '/tfjs-wasm/': { directory: join(root, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist') },
    '/ort-wasm/': { directory: join(root, 'bench', 'node_modules', 'onnxruntime-web', 'dist') },
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-precise-memory-info'] });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(origin);
  await page.waitForFunction(() => 'prepare' in globalThis);
  await page.evaluate((task) => globalThis.prepare(task), {
    model: `${origin}/models/${basename(directory)}`,
    frames,
    sounds: files.map((file) => `${origin}/sounds/${encodeURIComponent(basename(file))}`),
  });
  return {
    run: () => page.evaluate(() => globalThis.run()),
    peakBytes: () => peakOfPages(browser),
    stop: () => browser.close(),
  };
});

/** One script, as Vite makes it for users. */
async function bundle(name: Task['page']): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false, // Vite's minifier breaks the threads of the wasm backend: docs/browser.md
      lib: { entry: join(root, 'bench', 'page', `${name}.ts`), formats: ['es'] },
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  return (result as Rollup.RollupOutput[])[0]!.output[0].code;
}

/** The most memory that a page's process held, as Linux tells it; 0 elsewhere. */
async function peakOfPages(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => (existsSync(`/proc/${id}/status`) ? readFileSync(`/proc/${id}/status`, 'utf8') : ''))
    .map((status) => Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
  return Math.max(...peaks);
}
