import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import fixture from './fixtures/kernels.json' with { type: 'json' };
import { recordKernels } from './recordKernels.js';
import { uses } from './uses.js';

describe('the kernels of TensorFlow.js', () => {
  const called = new Set<string>();
  beforeAll(async () => void (await useBackend('cpu')));

  it.each(Object.entries(uses))('that %s calls are in every backend', async (_, body) => {
    const names = await recordKernels(body);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) called.add(name);
    for (const [backend, { kernels }] of Object.entries(fixture))
      expect(
        names.filter((name) => !kernels.includes(name)),
        backend,
      ).toEqual([]);
  });

  it('that are called in all are listed in docs/backends.md', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../docs/backends.md'), 'utf8');
    const section = docs.split('### Kernels')[1]!.split('\n## ')[0]!;
    const listed = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(listed).toEqual([...called].sort());
  });
});

describe('the list of kernels', () => {
  it.each(['webgl', 'webgpu'])('of tfjs-backend-%s is that of the installed package', async (name) => {
    const { default: manifest } = await import(`@tensorflow/tfjs-backend-${name}/package.json`, {
      with: { type: 'json' },
    });
    const list = fixture[`@tensorflow/tfjs-backend-${name}` as '@tensorflow/tfjs-backend-webgl'];
    expect(manifest.version).toBe(list.version);
    await import(`@tensorflow/tfjs-backend-${name}`);
    const registered = tf.getKernelsForBackend(name).map(({ kernelName }) => kernelName);
    expect(registered.sort()).toEqual(list.kernels);
  });
});
