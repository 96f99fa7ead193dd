/** Programs for pages, made of the sources as a bundler makes them, in a Chromium of the system. */
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** playwright-core brings no browser. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);
/** Milliseconds that a busy machine may take. */
export const PATIENCE = 240_000;

const root = resolve(import.meta.dirname, '..', '..');

/** Files by their names, with a leading slash. */
export type SiteFiles = Map<string, string | Uint8Array>;

/**
 * Bundles modules for browsers, code that is imported later in files of their own.
 *
 * @param entries source by name; `import … from 'ast-ts'` is src/index.ts, and 'ast-ts/PART' the part
 */
export async function bundle(entries: Record<string, string>): Promise<SiteFiles> {
  const outdir = join(root, 'out');
  const { outputFiles } = await build({
    entryPoints: Object.keys(entries).map((name) => ({ in: `entry:${name}`, out: name })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['browser'],
    // Its package.json hides the build for browsers from esbuild.
    alias: { '@huggingface/hub': './node_modules/@huggingface/hub/dist/browser/index.mjs' },
    target: 'es2022',
    write: false,
    logLevel: 'error',
    absWorkingDir: root,
    plugins: [
      {
        name: 'entries',
        setup(plugins) {
          plugins.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'entry' }));
          plugins.onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({
            contents: entries[path]!,
            loader: 'ts',
            resolveDir: root,
          }));
          plugins.onResolve({ filter: /^ast-ts($|\/)/ }, ({ path }) => ({
            path: join(root, 'src', path.slice('ast-ts/'.length), 'index.ts'),
          }));
        },
      },
    ],
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(outdir.length), contents]));
}

/** A server on loopback. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** What answers a request that no file is for. */
export type Answer = (path: string, response: ServerResponse, headers: Record<string, string | undefined>) => void;

const types: Record<string, string> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  json: 'application/json',
};

/** Serves files, and an empty page at `/` that loads the module `/main.js` when there is one. */
export async function serve(
  files: SiteFiles,
  { headers = {}, answer }: { headers?: Record<string, string>; answer?: Answer } = {},
): Promise<Site> {
  const script = files.has('/main.js') ? '<script type="module" src="/main.js"></script>' : '';
  const page = `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,">${script}`;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.split('?')[0]!);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const content = path === '/' ? page : files.get(path);
    if (content === undefined) {
      if (answer) return answer(path, response, request.headers as Record<string, string | undefined>);
      return response.writeHead(404).end();
    }
    response.setHeader(
      'Content-Type',
      path === '/' ? 'text/html' : (types[path.split('.').at(-1)!] ?? 'application/octet-stream'),
    );
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Nothing of the browser itself that would ask for a network. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (...args: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: [...quiet, ...args], timeout: PATIENCE });

/** Opens a page and collects what goes wrong in it. */
export async function openPage(
  context: Browser | BrowserContext,
  url: string,
): Promise<{ page: Page; problems: string[] }> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE / 2);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
