import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { runningWebgpu } from '../../src/backends/webgpuOptions.js';
import { BackendError } from '../../src/errors.js';
import { hasAdapter, NO_ADAPTER, useSoftwareGpu } from '../support/softwareGpu.js';

const found = await hasAdapter();
useSoftwareGpu();

afterEach(() => {
  vi.restoreAllMocks();
  if (tf.engine().registryFactory['webgpu']) tf.removeBackend('webgpu');
});

describe.skipIf(!found)(`webgpu in Node${found ? '' : ` (skipped: ${NO_ADAPTER})`}`, () => {
  it('starts on the adapter of that name, and leaves navigator as it was', async () => {
    const before = globalThis.navigator;
    expect(await useBackend('webgpu', { adapter: 'SwiftShader', powerPreference: 'low-power' })).toBe('webgpu');
    expect(runningWebgpu()!.found.info.architecture).toBe('swiftshader');
    expect(globalThis.navigator).toBe(before);
    const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]))));
    expect(await sum.data()).toEqual(Float32Array.of(64000));
  });

  it('says which adapters there are when none has the name', async () => {
    await expect(useBackend('webgpu', { adapter: 'Voodoo 2' })).rejects.toThrow(
      /^Backend 'webgpu' did not load: No GPU has 'Voodoo 2' in its name\. There are: 'SwiftShader/,
    );
  });

  it.each([
    ['powerPreference', 'fastest', "'high-performance' or 'low-power', got 'fastest'"],
    ['adapter', '', "a part of the name of a GPU, got ''"],
  ])('refuses %s: %s, by name and for auto', async (key, value, message) => {
    for (const name of ['webgpu', 'auto'] as const)
      await expect(useBackend(name, { [key]: value })).rejects.toThrow(
        `Expected ${key} of the webgpu backend to be ${message}.`,
      );
  });

  it('adds more tensors than a shader may bind', async () => {
    await useBackend('webgpu');
    const tensors = Array.from({ length: 100 }, (_, i) => tf.mul(tf.ones([1024]), i));
    const before = runningWebgpu()!.numDataIds();
    const sum = tf.addN(tensors);
    expect((await sum.data())[1023]).toBe(4950);
    expect(runningWebgpu()!.numDataIds()).toBe(before + 1);
  });

  it('cannot be read without waiting, and says so', async () => {
    await useBackend('webgpu');
    expect(() => tf.sum(tf.ones([40, 40])).dataSync()).toThrow('Use await data() or await array().');
  });

  it('keeps its settings while it runs', async () => {
    await useBackend('webgpu');
    await useBackend('webgpu');
    await expect(useBackend('webgpu', { powerPreference: 'low-power' })).rejects.toThrow(
      'The webgpu backend already runs with powerPreference by default; it cannot change',
    );
  });

  it('refuses a tensor that is larger than a buffer, before anything is computed', async () => {
    await useBackend('webgpu');
    const numbers = tf.ones([1, 1024]);
    const before = { ...tf.memory(), data: runningWebgpu()!.numDataIds() };
    expect(() => tf.tidy(() => tf.tile(numbers, [512 * 1024, 1]))).toThrow(
      'A tensor of shape [524288, 1024] takes 2,048 MiB, which is larger than the maximum of 1,024 MiB that ' +
        'SwiftShader driver 5.0.0 gives in one buffer. Use a smaller batch, fewer frames, or gradient checkpointing.',
    );
    expect({ ...tf.memory(), data: runningWebgpu()!.numDataIds() }).toMatchObject({
      numTensors: before.numTensors,
      data: before.data,
    });
  });

  it('gives an error of the device to whoever reads next, prints nothing, and goes on', async () => {
    const print = (['log', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level));
    await useBackend('webgpu');
    const { device } = runningWebgpu()!;
    const sum = tf.sum(tf.ones([100, 100]));
    device.createBindGroupLayout({ entries: [{ binding: 0, visibility: 8, buffer: {} }] });
    const readers = await Promise.allSettled([sum.data(), sum.data()]);
    for (const reader of readers) {
      expect(reader).toMatchObject({ status: 'rejected', reason: { name: 'BackendError' } });
      expect(String((reader as PromiseRejectedResult).reason)).toContain('A computation was refused by SwiftShader');
    }
    expect(await tf.sum(tf.ones([100, 100])).data()).toEqual(Float32Array.of(10000));
    for (const method of print) expect(method).not.toHaveBeenCalled();
  });

  it('tells of memory that there was not, and does not lend it again', async () => {
    await useBackend('webgpu');
    const numbers = tf.ones([1, 1024]);
    const large = tf.tile(numbers, [256 * 1024, 1]);
    await expect(tf.slice(large, [0, 0], [1, 1]).data()).rejects.toThrow(
      /^Out of memory on SwiftShader driver 5\.0\.0: there is none for a tensor of shape \[262144, 1024\] \(1,024 MiB\)\. Use a smaller batch/,
    );
    large.dispose();
    expect(await tf.sum(numbers).data()).toEqual(Float32Array.of(1024));
  });

  it('says of a lost device what to do, at every later use, and starts again', async () => {
    await useBackend('webgpu');
    const x = tf.ones([40, 40]);
    await tf.sum(x).data();
    const reading = tf.sum(x).data();
    runningWebgpu()!.device.destroy(); // what a driver that crashes looks like to us
    const message =
      /^The connection to SwiftShader driver 5\.0\.0 was lost \(.+\), .*Call await useBackend\('webgpu'\) again/;
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(BackendError);
    for (let use = 0; use < 2; use++) expect(() => tf.sum(x)).toThrow(message);
    await expect(x.data()).rejects.toThrow(message);

    await useBackend('webgpu');
    expect(await tf.sum(tf.ones([40, 40])).data()).toEqual(Float32Array.of(1600));
    expect(() => tf.sum(x)).toThrow(message); // a tensor of the device that was lost
    x.dispose();
  });

  it('is passed over by auto on an adapter of software', async () => {
    const onSkip = vi.fn();
    expect(await useBackend('auto', { onSkip })).toBe('onnxruntime');
    expect(onSkip.mock.calls.map(([message]) => message)).toContainEqual(
      expect.stringMatching(
        /^ast-ts: backend 'webgpu' is skipped: Backend 'webgpu' did not load: The only adapter for WebGPU is software \(SwiftShader/,
      ),
    );
    await useBackend('webgpu');
    expect(await useBackend('auto', { onSkip })).toBe('onnxruntime');
  });
});

describe('webgpu in Node without what it needs', () => {
  afterEach(() => vi.doUnmock('webgpu'));
  const load = async () => {
    vi.resetModules();
    return (await import('../../src/backends/useBackend.js')).useBackend;
  };

  it('names the packages to install', async () => {
    vi.doMock('../../src/backends/dawn.js', () => ({
      openDawn() {
        throw new Error("Cannot find package 'webgpu' imported from dawn.js");
      },
    }));
    const useBackend = await load();
    await expect(useBackend('webgpu')).rejects.toThrow(
      "Backend 'webgpu' is not installed. Install it: npm i webgpu @tensorflow/tfjs-backend-webgpu.",
    );
    const [info, warn] = (['info', 'warn'] as const).map((level) => vi.spyOn(console, level));
    expect(await useBackend('auto')).toBe('onnxruntime');
    expect([...info!.mock.calls, ...warn!.mock.calls]).toEqual([]);
    vi.doUnmock('../../src/backends/dawn.js');
  });

  it('names the drivers to install', async () => {
    vi.doMock('webgpu', () => ({ globals: {}, create: () => ({ requestAdapter: async () => null }) }));
    await expect((await load())('webgpu')).rejects.toThrow(/finds no GPU.*Vulkan.*libvulkan1.*Direct3D 12.*Metal/);
  });
});
