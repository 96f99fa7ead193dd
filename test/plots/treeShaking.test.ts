import { resolve } from 'node:path';
import { build, type Rollup } from 'vite';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const entry = resolve(root, 'test', 'plots', 'bundle.ts');

/** What a bundler makes of `source` for browsers: the entry's code, and the packages that it loads at once. */
async function bundled(source: string): Promise<{ code: string; imports: string[]; dynamicImports: string[] }> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['browser', 'default'] },
    build: {
      write: false,
      minify: 'esbuild',
      lib: { entry, formats: ['es'] },
      rollupOptions: { external: ['@observablehq/plot', 'fast-png', 'umap-js', 'valibot', /pure-rand/] },
    },
    plugins: [
      {
        name: 'source',
        resolveId: (name) => (name === entry ? entry : undefined),
        load: (name) => (name === entry ? source : undefined),
      },
    ],
  });
  const { code, imports, dynamicImports } = (result as Rollup.RollupOutput[])[0]!.output[0];
  return { code, imports, dynamicImports };
}
const index = "'../../src/plots/index.js'";

describe('the pictures in a bundle', () => {
  it('are left out but for those that are used, and load what draws when they are called', async () => {
    const one = await bundled(`export { plotWaveform } from ${index};`);
    const all = await bundled(`export * from ${index};`);
    expect(one.code).toContain('samples must hold at least one sample');
    expect(one.code).not.toMatch(/nNeighbors|gridX|attentionWeight must|the report has no classes/);
    expect(one.imports).toEqual([]);
    expect(all.imports.filter((name) => /plot|png|umap/.test(name))).toEqual([]);
    expect(all.code).toMatch(/import\(["`']@observablehq\/plot["`']\)/);
    expect(one.code.length).toBeLessThan(0.4 * all.code.length);
  });
});
