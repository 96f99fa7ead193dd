import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page as BrowserPage } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, readGolden, readGoldenJson, relativeError, sharedPath } from '../support/golden.js';
import { chromiumPath, hasChromium, launch, PATIENCE } from '../support/page.js';
import { ONLY_WHEN_ASKED, runsAllOnWebgpu } from '../support/softwareGpu.js';
import type { GoldenTraining, Page } from './page/page.js';

/** Largest difference from PyTorch, relative to the largest value of the tensor. */
const TOLERANCE = 1e-4;

const here = import.meta.dirname;
/** WebGPU without a GPU. */
const args = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

/** The page's program, with the tests of the operations, as a bundler makes it for browsers. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'page', 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    external: ['@huggingface/hub'], // imported when it is needed, which it is not
    plugins: [
      {
        name: 'tests in a page',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^vitest$|support\/backends\.js$/ }, () => ({ path: join(here, 'page', 'vitest.ts') }));
          // package.json says that a file without exports is not needed.
          onResolve({ filter: /ops\.test\.js$/ }, () => ({
            path: join(here, '..', 'ops', 'ops.test.ts'),
            sideEffects: true,
          }));
          // Golden files are read on this side.
          onResolve({ filter: /^node:/ }, ({ path, importer }) =>
            importer.endsWith('golden.ts') ? { path, namespace: 'none' } : undefined,
          );
          onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = { resolve: () => "" }' }));
        },
      },
    ],
    define: { 'process.env': '{}' },
  });
  return outputFiles[0]!.text;
}

describe.skipIf(!hasChromium)(`webgpu in Chromium (needs Chromium: ${chromiumPath})`, () => {
  let server: Server;
  let browser: Browser;
  let tab: BrowserPage;
  let url: string;
  const problems: string[] = [];
  const call = <K extends keyof Page>(name: K, ...given: Parameters<Page[K]>): ReturnType<Page[K]> =>
    tab.evaluate(
      ([name, given]) =>
        (globalThis as unknown as { page: Record<string, (...args: unknown[]) => unknown> }).page[name]!(...given),
      [name, given] as [string, unknown[]],
    ) as ReturnType<Page[K]>;

  beforeAll(async () => {
    const program = await bundle();
    server = createServer(({ url: path = '/' }, response) => {
      if (path === '/')
        response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>');
      else if (path === '/page.js') response.setHeader('content-type', 'text/javascript').end(program);
      else {
        const file = sharedPath('golden/ast-tiny', basename(path));
        if (existsSync(file)) response.end(readFileSync(file));
        else response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launch(...args);
    tab = await browser.newPage();
    tab.setDefaultTimeout(PATIENCE / 2);
    tab.on('pageerror', (error) => problems.push(String(error)));
    tab.on('console', (message) => problems.push(message.text()));
    await tab.goto(url);
    await tab.waitForFunction('globalThis.page');
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('is not what auto takes on an adapter of software', async () => {
    const { backend, skipped } = await call('auto');
    expect(backend).not.toBe('webgpu');
    expect(skipped[0]).toMatch(/^ast-ts: backend 'webgpu' is skipped: .*The only adapter for WebGPU is software/);
  });

  it('passes the tests of the operations', async () => {
    expect(await call('start')).toBe('webgpu');
    const { count, failed } = await call('test');
    expect(count).toBeGreaterThan(8);
    expect(failed).toEqual([]);
  });

  const why = hasShared('golden/trainer')
    ? !runsAllOnWebgpu && ONLY_WHEN_ASKED
    : 'needs golden/trainer in AST_TS_SHARED';
  it.skipIf(why)(
    `trains eight steps with the numbers of PyTorch, and reads the GPU once in each${why ? ` (skipped: ${why})` : ''}`,
    async () => {
      const golden = readGolden('golden/trainer/linear.safetensors');
      const { hyperparameters, log } = readGoldenJson('golden/trainer/linear.json') as {
        hyperparameters: Record<string, number>;
        log: { loss: number; grad_norm: number }[];
      };
      const [inputValues, labels] = [golden.get('input_values')!, golden.get('labels')!];
      const training: GoldenTraining = {
        inputValues: { shape: inputValues.shape, data: [...inputValues.data] },
        labels: { data: [...labels.data] },
        args: {
          numTrainEpochs: 1,
          shuffle: false,
          lrSchedulerType: 'linear',
          learningRate: hyperparameters['learning_rate']!,
          weightDecay: hyperparameters['weight_decay']!,
          warmupSteps: hyperparameters['warmup_steps']!,
          gradientAccumulationSteps: hyperparameters['gradient_accumulation_steps']!,
          perDeviceTrainBatchSize: hyperparameters['batch_size']!,
        },
      };
      const result = await call('train', url, training);
      expect(result.reads).toBe(log.length);
      for (const [i, { loss, grad_norm }] of log.entries()) {
        expect(Math.abs(result.log[i]!.loss / loss - 1), `loss of step ${i + 1}`).toBeLessThan(TOLERANCE);
        expect(Math.abs(result.log[i]!.gradNorm / grad_norm - 1), `norm of step ${i + 1}`).toBeLessThan(TOLERANCE);
      }
      for (const [name, values] of Object.entries(result.parameters))
        expect(relativeError(values, golden.get(`final.${name}`)!.data), name).toBeLessThan(
          // Zero but for rounding noise, which AdamW scales up to steps of its own size.
          name.endsWith('key.bias') ? 1e-2 : TOLERANCE,
        );
    },
  );

  it('says what to do when the device is lost, and starts again', async () => {
    const { reason, sum } = await call('lose');
    expect(reason).toMatch(/BackendError: The connection to .* was lost .*Call await useBackend\('webgpu'\) again/);
    expect(sum).toBe(1600);
  });

  it('prints nothing', () => {
    expect(problems).toEqual([]);
  });
});
