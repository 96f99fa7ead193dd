import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');

/** What a page loads at once of `source`, and all that it may load later. */
async function bundled(source: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts', sourcefile: 'entry.ts' },
    outdir: 'out',
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
    external: ['@tensorflow/*'],
    alias: { '@huggingface/hub': './node_modules/@huggingface/hub/dist/browser/index.mjs' },
  });
  const atOnce = new Set<string>();
  const packages = new Set<string>();
  const load = (path: string): void => {
    if (atOnce.has(path)) return;
    atOnce.add(path);
    for (const { kind, path: imported, external } of metafile.outputs[path]!.imports) {
      if (external) packages.add(imported);
      else if (kind === 'import-statement') load(imported);
    }
  };
  load(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]!.entryPoint === 'entry.ts')!);
  const code = outputFiles.filter(({ path }) => atOnce.has(path.slice(root.length + 1)));
  const everything = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return {
    /** Bytes, compressed each by itself, as a server sends them. */
    size: code.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
    text: code.map(({ text }) => text).join('\n'),
    packages: [...packages],
    builtins: [...new Set(everything.filter((name) => isBuiltin(name)))],
  };
}

describe('a page that only extracts features', () => {
  it('loads less than 15 kB, without TensorFlow.js, the Hub and Node', async () => {
    const { size, text, packages, builtins } = await bundled(
      "import { MelSpectrogramExtractor } from './src/index.ts'; globalThis.extractor = new MelSpectrogramExtractor();",
    );
    expect(size).toBeLessThan(15_000);
    expect(text).toContain('numMelBins');
    expect(text).not.toMatch(/huggingface\.co|tfjs/);
    expect(packages).toEqual([]);
    expect(builtins).toEqual([]);
  });
});

it('nothing of the library needs a module of Node in a page', async () => {
  const { builtins } = await bundled("export * from './src/index.ts';");
  expect(builtins).toEqual([]);
});
