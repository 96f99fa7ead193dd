import { resolve } from 'node:path';
import { build, type Rollup } from 'vite';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const entry = resolve(root, 'test', 'augment', 'bundle.ts');

/** What a bundler makes of `source` for browsers, where every module counts as having side effects unless its code has none. */
async function bundled(source: string): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: 'esbuild',
      lib: { entry, formats: ['es'] },
      rollupOptions: {
        external: (name) => name.startsWith('../') && !name.startsWith('../../src/augment'),
        treeshake: { moduleSideEffects: (_name, external) => !external, annotations: false },
      },
    },
    plugins: [
      {
        name: 'source',
        resolveId: (name) => (name === entry ? entry : undefined),
        load: (name) => (name === entry ? source : undefined),
      },
    ],
  });
  return (result as Rollup.RollupOutput[])[0]!.output[0].code;
}
const index = "'../../src/augment/index.js'";

describe('the augmentations in a bundle', () => {
  it('do nothing when they are imported', async () => {
    expect((await bundled(`import ${index};`)).trim()).toBe('');
  });

  it('are left out but for those that are used', async () => {
    const [one, all] = [await bundled(`export { gain } from ${index};`), await bundled(`export * from ${index};`)];
    expect(one).toContain('minGainDb');
    expect(one).not.toMatch(/minSemitones|minCutoffFreq|freqMaskParam|alpha|impulseResponses/);
    expect(one.length).toBeLessThan(0.15 * all.length);
    expect(all.length).toBeLessThan(32_000); // bytes, before compression; a third is what errors say
  });

  it('bring no TensorFlow.js and nothing of Node', async () => {
    const all = await bundled(`export * from ${index};`);
    const outside = [...all.matchAll(/from ?"([^"]+)"/g)].map(([, name]) => name!.split('/').slice(-2).join('/'));
    expect([...new Set(outside)].sort()).toEqual([
      'audio/fourier.js',
      'audio/preprocessorConfig.js',
      'audio/resample.js',
      'src/errors.js',
      'src/random.js',
    ]);
  });
});
