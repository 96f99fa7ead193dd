/**
 * What `check-package.mjs` checks of the package in browsers: what a bundler makes of it, and that the same program runs when Vite built
 * it, when Vite's development server serves it, and on a page without a bundler, in a Chromium of the system.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isBuiltin } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { build, createServer as createViteServer, preview } from 'vite';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A page that classifies a file, and makes its features in a worker too. */
const program = `
import {
  ASTForAudioClassification, AudioClassifier, astPresets, featureWorkers, MelSpectrogramExtractor, readAudio, useBackend,
} from 'ast-ts';
import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';

try {
  const backend = await useBackend('wasm', crossOriginIsolated ? { threads: 2 } : {});
  const config = { ...astPresets.tiny, maxLength: 128 };
  const classifier = new AudioClassifier(ASTForAudioClassification.fromConfig(config, { labels: ['a', 'b'], seed: 1 }));
  const scores = await classifier.classify(new URL('dog.wav', location.href));
  const extractor = new MelSpectrogramExtractor({ maxLength: 128 });
  const workers = featureWorkers(1, extractor);
  const bytes = await (await fetch('dog.wav')).arrayBuffer();
  const made = await workers.extractSound(bytes);
  const expected = extractor.extract(await readAudio(bytes, { sampleRate: 16000 }));
  await workers.close();
  globalThis.result = {
    backend, threads: getThreadsCount(), labels: scores.length, sum: scores[0].score + scores[1].score, best: scores[0].score,
    isSame: expected.data.every((value, i) => value === made.data[i]),
  };
} catch (error) {
  globalThis.result = { error: String(error.stack ?? error) };
}
`;
const html = (head) => `<!doctype html><html lang="en"><title>ast-ts</title><link rel="icon" href="data:,">${head}`;

/** For a page without a bundler. tfjs-layers brings the gradients, and its file for Node modules that a page does not need. */
const importMap = (packages) => ({
  imports: {
    'ast-ts': `${packages}ast-ts/dist/browser/index.js`,
    '@tensorflow/tfjs-core': `${packages}@tensorflow/tfjs-core/dist/tf-core.fesm.min.js`,
    '@tensorflow/tfjs-core/dist/register_all_gradients.js': `${packages}@tensorflow/tfjs-layers/dist/tf-layers.fesm.min.js`,
    '@tensorflow/tfjs-backend-wasm': `${packages}@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.fesm.min.js`,
    ...Object.fromEntries(
      ['fs', 'path', 'perf_hooks', 'os'].map((name) => [name, 'data:text/javascript,export default {}']),
    ),
  },
});

/** Bytes, compressed, that a page loads at once to extract features, without TensorFlow.js; what is imported later is not counted. */
async function sizeOfExtractor(project) {
  const { output } = await build({
    root: project,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: 'extractor.js', formats: ['es'] },
      rollupOptions: { external: /^@tensorflow\// },
    },
  }).then((results) => [results].flat()[0]);
  const entry = output.find(({ isEntry }) => isEntry);
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const atOnce = new Set();
  const load = (name) => {
    if (atOnce.has(name) || !chunks.has(name)) return;
    atOnce.add(name);
    chunks.get(name).imports.forEach(load);
  };
  load(entry.fileName);
  const packages = [...atOnce].flatMap((name) => chunks.get(name).imports.filter((name) => !chunks.has(name)));
  const all = output.flatMap(({ imports = [], dynamicImports = [], moduleIds = [] }) => [
    ...imports,
    ...dynamicImports,
    ...moduleIds,
  ]);
  const ofNode = all.filter((name) => isBuiltin(name) || /browser-external|polyfill/.test(name));
  return {
    bytes: [...atOnce].reduce((sum, name) => sum + gzipSync(chunks.get(name).code).length, 0),
    packages,
    ofNode,
  };
}

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html', '.wav': 'audio/wav' };

function serveFiles(directory, headers) {
  const server = createServer((request, response) => {
    const path = normalize(join(directory, decodeURIComponent(new URL(request.url, 'http://x').pathname)));
    if (!path.startsWith(directory) || !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', ...headers });
    response.end(request.method === 'HEAD' ? undefined : readFileSync(path));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/**
 * @param project directory where the package and its peers are installed
 * @param check `(name, body)` reports; the body returns what is said of it
 */
export async function checkBrowser(project, check) {
  writeFileSync(join(project, 'extractor.js'), "export { MelSpectrogramExtractor } from 'ast-ts';\n");
  mkdirSync(join(project, 'page'), { recursive: true });
  const write = (name, content) => writeFileSync(join(project, 'page', name), content);
  write('main.js', program);
  write('index.html', html('<script type="module" src="/main.js"></script>'));
  mkdirSync(join(project, 'page', 'public'), { recursive: true });
  write('public/dog.wav', readFileSync(join(project, 'dog.wav')));
  writeFileSync(
    join(project, 'plain.html'),
    html(
      `<script type="importmap">${JSON.stringify(importMap('/node_modules/'))}</script><script type="module" src="/page/main.js"></script>`,
    ),
  );

  await check('the extractor alone in a bundle', async () => {
    const { bytes, packages, ofNode } = await sizeOfExtractor(project);
    if (packages.length > 0 || ofNode.length > 0) throw new Error(`it loads ${[...packages, ...ofNode]}`);
    if (bytes >= 15000) throw new Error(`${bytes} bytes, compressed`);
    return `${bytes} bytes, compressed`;
  });
  if (!existsSync(executablePath)) return console.log(`skipped: pages, as there is no Chromium at ${executablePath}`);

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], timeout: 240_000 });
  async function run(url, threads, expected) {
    const page = await browser.newPage();
    // The backend takes half of the cores.
    await page.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => 4 }));
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
    await page.goto(url);
    const result = await page.waitForFunction('globalThis.result', undefined, { timeout: 240_000 });
    const { error, backend, threads: found, labels, sum, best, isSame } = await result.jsonValue();
    await page.close();
    // Beside what is expected, each thread says of itself that it does not start.
    const isExpected = (problem) =>
      expected !== undefined && (expected.test(problem) || /ErrorEvent|ReferenceError/.test(problem));
    const surprises = problems.filter((problem) => !isExpected(problem));
    if (error || surprises.length > 0) throw new Error([error, ...surprises].join('\n'));
    if (backend !== 'wasm' || labels !== 2 || Math.abs(sum - 1) > 1e-5 || !isSame)
      throw new Error('unexpected results');
    if (expected && !problems.some((problem) => expected.test(problem))) throw new Error(`nothing said of ${expected}`);
    if (found !== threads) throw new Error(`${found} threads`);
    return `${found} threads, ${best.toFixed(5)}`;
  }

  const site = { root: join(project, 'page'), configFile: false, logLevel: 'error', base: './' };
  const vite = async (name, start) => {
    for (const headers of [undefined, isolation]) {
      await check(`${name}${headers ? ', isolated' : ''}`, async () => {
        const server = await start(headers);
        const url = server.resolvedUrls.local[0];
        return run(url, headers ? 2 : 1).finally(() => server.close());
      });
    }
  };
  await check('a page that Vite builds', async () => {
    await build({
      ...site, // The minifier that Vite comes with breaks the threads of the wasm backend.
      build: { outDir: join(project, 'page-dist'), emptyOutDir: true, minify: 'esbuild' },
    });
  });
  await vite('a page that Vite built', (headers) =>
    preview({ ...site, build: { outDir: join(project, 'page-dist') }, preview: { port: 0, headers } }),
  );
  await check("a page that Vite's own minifier breaks, isolated", async () => {
    const own = { outDir: join(project, 'page-dist-own'), emptyOutDir: true };
    await build({ ...site, build: own });
    const server = await preview({ ...site, build: own, preview: { port: 0, headers: isolation } });
    const expected = /runs on one thread, as its threads do not start/;
    return run(server.resolvedUrls.local[0], 1, expected).finally(() => server.close());
  });
  await vite("a page of Vite's development server", async (headers) => {
    const server = await createViteServer({ ...site, server: { port: 0, headers } });
    return server.listen();
  });
  for (const headers of [undefined, isolation])
    await check(`a page without a bundler${headers ? ', isolated' : ''}`, async () => {
      const server = await serveFiles(project, headers);
      return run(`http://127.0.0.1:${server.address().port}/plain.html`, headers ? 2 : 1).finally(() => server.close());
    });
  await browser.close();
}
