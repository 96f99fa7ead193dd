import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OnnxruntimeBackend } from '../../src/backends/onnxruntime/backend.js';
import { checkVersion } from '../../src/backends/onnxruntime/binding.js';
import { physicalCores } from '../../src/backends/onnxruntime/machine.js';

/** A fresh copy of the module, which sees the mocks of a test. */
const load = async () => (await import('../../src/backends/useBackend.js')).useBackend;

const version = 'onnxruntime-node/dist/version.js';
const binding = 'onnxruntime-node/dist/binding.js';
const registration = '../../src/backends/onnxruntime/index.js';

class Nothing {
  loadModel(): void {}
  run(): void {}
  dispose(): void {}
}
class Broken extends Nothing {
  override loadModel(): void {
    throw new Error('no operator named FusedMatMul');
  }
}

/** Stand in for Dawn, which webgpu.test.ts is about, and for whatever this machine has. A second mock of a module may lose to the first. */
const openDawn = vi.fn();
const lacksGpu = vi.fn();

beforeEach(() => {
  vi.resetModules();
  openDawn.mockReset().mockImplementation(() => {
    throw new Error("Cannot find package 'webgpu' imported from dawn.js");
  });
  lacksGpu.mockReset();
  vi.doMock('../../src/backends/dawn.js', () => ({ openDawn }));
  vi.doMock('../../src/backends/gpuDevices.js', () => ({ lacksGpu }));
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const path of [version, binding, registration]) vi.doUnmock(path);
  if (tf.findBackend('onnxruntime')) tf.removeBackend('onnxruntime');
});

describe('the cpu backend', () => {
  it('starts without advice to install another', async () => {
    const warn = vi.spyOn(console, 'warn');
    await (await load())('cpu');
    expect(tf.tidy(() => tf.sum(tf.ones([3])).arraySync())).toBe(3);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('settings of the onnxruntime backend', () => {
  it.each([
    ['threads', 0],
    ['threads', 1.5],
    ['threads', -1],
    ['threads', Number.NaN],
    ['threads', Number.POSITIVE_INFINITY],
    ['threads', '2' as unknown as number],
    ['poolBytes', -1],
    ['poolBytes', Number.NaN],
    ['smallTensor', -1],
    ['smallTensor', 0.5],
  ])('refuse %s: %s, by name and for auto', async (key, value) => {
    const useBackend = await load();
    const onSkip = vi.fn();
    const message = new RegExp(`^Expected ${key} of the onnxruntime backend to be a .*, got ${value}\\.$`);
    for (const name of ['onnxruntime', 'auto'] as const)
      await expect(useBackend(name, { [key]: value, onSkip })).rejects.toMatchObject({
        name: 'BackendError',
        message: expect.stringMatching(message),
      });
    expect(onSkip).not.toHaveBeenCalled();
  });

  it('have defaults, of which undefined is none', async () => {
    await (await load())('onnxruntime', { threads: undefined as unknown as number });
    const { options } = tf.backend() as OnnxruntimeBackend;
    expect(options.threads).toBe(physicalCores());
    expect(options.smallTensor).toBe(1024);
    expect(options.poolBytes).toBeGreaterThan(2 ** 20);
  });

  it('cannot change while the backend runs', async () => {
    const useBackend = await load();
    await useBackend('onnxruntime', { threads: 1 });
    for (const name of ['onnxruntime', 'auto'] as const)
      await expect(useBackend(name, { threads: 2 })).rejects.toThrow(
        'The onnxruntime backend already runs with threads 1; it cannot change to 2. Set it at the first call of useBackend.',
      );
    expect(await useBackend('onnxruntime', { threads: 1 })).toBe('onnxruntime');
    expect(await useBackend('onnxruntime')).toBe('onnxruntime');
  });
});

describe('the version of onnxruntime-node', () => {
  it('is accepted from the first that works to before the next major one', () => {
    for (const found of ['1.21.0', '1.24.3', '1.30.0', '1.99.0-dev']) expect(() => checkVersion(found)).not.toThrow();
    for (const found of ['1.20.1', '0.99.0', '2.0.0', 'unknown'])
      expect(() => checkVersion(found)).toThrow(
        `works with onnxruntime-node from 1.21 to before 2.0, found ${found}. Install one: npm i onnxruntime-node@1.30.`,
      );
  });
});

describe('an onnxruntime-node that cannot be used', () => {
  it.each([
    ['of another version', version, { version: '1.18.0' }, 'found 1.18.0. Install one'],
    [
      'that computes nothing',
      binding,
      { binding: { InferenceSession: Nothing }, initOrt() {} },
      'gives wrong results: expected 17,23,39,1 in the arrays it was given, got 0,0,0,0.',
    ],
    [
      'that runs no graph',
      binding,
      { binding: { InferenceSession: Broken }, initOrt() {} },
      'does not run graphs as expected: no operator named FusedMatMul',
    ],
  ])('%s: it is refused by name, and auto goes on and says so', async (_, path, module, reason) => {
    vi.doMock(path, () => module);
    const useBackend = await load();
    await expect(useBackend('onnxruntime')).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringContaining(reason),
    });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await useBackend('auto')).toBe('wasm');
    expect(await useBackend('auto')).toBe('wasm');
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/^ast-ts: backend 'onnxruntime' is skipped: .*onnxruntime/);
    expect(warn.mock.calls[0]![0]).toContain(reason);

    const onSkip = vi.fn();
    await useBackend('auto', { onSkip });
    expect(onSkip.mock.calls.at(-1)![0]).toContain(reason);
  });

  it('because it is not installed: auto mentions that once', async () => {
    vi.doMock(registration, () => ({
      registerOnnxruntime() {
        throw new Error("Cannot find package 'onnxruntime-node' imported from binding.js");
      },
    }));
    const useBackend = await load();
    const [info, warn] = (['info', 'warn'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    expect(await useBackend()).toBe('wasm');
    expect(await useBackend()).toBe('wasm');
    expect(info!.mock.calls).toEqual([
      [
        "ast-ts: backend 'onnxruntime' is skipped: Backend 'onnxruntime' is not installed. " +
          'Install it: npm i onnxruntime-node @tensorflow/tfjs-backend-cpu.',
      ],
    ]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('because it has no files for this machine: that is not called uninstalled', async () => {
    vi.doMock(registration, () => ({
      registerOnnxruntime() {
        throw new Error("Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'");
      },
    }));
    await expect((await load())('onnxruntime')).rejects.toThrow(
      "Backend 'onnxruntime' did not load: Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'",
    );
  });
});

describe('auto', () => {
  const gpuPackage = '@tensorflow/tfjs-node-gpu';
  /** A package that registers a backend of the CPU's kernels and says whether it has a GPU. */
  const tensorflow = (isUsingGpuDevice: boolean) => () => {
    tf.registerBackend('tensorflow', () => Object.assign(new MathBackendCPU(), { isUsingGpuDevice }));
    return {};
  };
  afterEach(() => {
    vi.doUnmock(gpuPackage);
    if (tf.findBackend('tensorflow')) tf.removeBackend('tensorflow');
  });

  it('takes onnxruntime in Node, where it works, and does not miss a GPU', async () => {
    const [info, warn] = (['info', 'warn'] as const).map((level) => vi.spyOn(console, level));
    expect(await (await load())('auto')).toBe('onnxruntime');
    expect(tf.getBackend()).toBe('onnxruntime');
    expect([...info!.mock.calls, ...warn!.mock.calls]).toEqual([]);
    const onSkip = vi.fn();
    await (await load())('auto', { onSkip });
    expect(onSkip.mock.calls.map(([message]) => message)).toEqual([
      "ast-ts: backend 'tensorflow' is skipped: Backend 'tensorflow' is not installed. Install it: npm i @tensorflow/tfjs-node-gpu (CUDA).",
      "ast-ts: backend 'webgpu' is skipped: Backend 'webgpu' is not installed. Install it: npm i webgpu @tensorflow/tfjs-backend-webgpu.",
    ]);
  });

  it('loads nothing for a GPU that the machine lacks, and does not miss it', async () => {
    lacksGpu.mockReturnValue('This machine has no GPU.');
    const warn = vi.spyOn(console, 'warn');
    expect(await (await load())('auto')).toBe('onnxruntime');
    const onSkip = vi.fn();
    await (await load())('auto', { onSkip });
    expect(onSkip.mock.calls.map(([message]) => message)).toContain(
      "ast-ts: backend 'webgpu' is skipped: This machine has no GPU.",
    );
    expect([...openDawn.mock.calls, ...warn.mock.calls]).toEqual([]);
  });

  it('takes a GPU where there is one', async () => {
    vi.doMock(gpuPackage, tensorflow(true));
    expect(await (await load())('auto')).toBe('tensorflow');
  });

  it.each([
    ['finds no GPU', tensorflow(false), 'found no GPU that it can use'],
    [
      'does not load',
      () => {
        throw new Error('libcudart.so.11.0: cannot open shared object file');
      },
      // what vitest makes of an error in a mock
      "Backend 'tensorflow' did not load",
    ],
  ])('says so where the package for a GPU %s, and goes on', async (_, module, reason) => {
    vi.doMock(gpuPackage, module);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const useBackend = await load();
    expect(await useBackend('auto')).toBe('onnxruntime');
    expect(warn.mock.calls.map(([message]) => message)).toEqual([expect.stringContaining(reason)]);
  });

  it('by name, a package for a GPU that does not load is not replaced by the one without', async () => {
    vi.doMock(gpuPackage, () => {
      throw new Error('libcudart.so.11.0: cannot open shared object file');
    });
    await expect((await load())('tensorflow')).rejects.toThrow("Backend 'tensorflow' did not load");
  });
});
