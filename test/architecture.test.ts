import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each part of src may import: other parts, and packages. docs/architecture.md says why. */
const allowed: Record<string, readonly string[]> = {
  platform: ['node', 'cli-progress', 'tsx'],
  errors: [],
  version: [],
  random: ['pure-rand'],
  protobuf: [],
  onnx: ['errors', 'version', 'protobuf'],
  metrics: [],
  results: ['platform', 'errors', 'version', 'random', 'metrics', 'valibot'],
  plots: [
    'platform',
    'errors',
    'random',
    'metrics',
    'audio',
    'results',
    '@observablehq/plot',
    'linkedom',
    '@resvg/resvg-wasm',
    'fast-png',
    'umap-js',
  ],
  report: ['platform', 'errors', 'version', 'metrics', 'audio', 'results', 'plots', 'datasets', 'fast-png'],
  modelCard: ['platform', 'errors', 'version', 'metrics'],
  hub: ['platform', 'errors', '@huggingface/hub', '@noble/hashes'],
  audio: ['platform', 'errors', 'random', 'hub', '@audio/decode-*', 'valibot'],
  microphone: ['errors', 'audio'],
  augment: ['errors', 'random', 'audio'],
  datasets: [
    'platform',
    'errors',
    'random',
    'hub',
    'audio',
    'hyparquet',
    'hyparquet-compressors',
    'csv-parse',
    'valibot',
  ],
  ops: ['errors', 'audio', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'],
  backends: [
    'errors',
    'onnx',
    'node',
    'onnxruntime-node',
    'webgpu',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-*',
    '@tensorflow/tfjs-node*',
  ],
  ast: ['platform', 'errors', 'random', 'hub', 'audio', 'modelCard', 'ops', '@tensorflow/tfjs-core', 'valibot'],
  explain: ['errors', 'random', 'results', 'audio', 'ops', 'ast', '@tensorflow/tfjs-core'],
  train: [
    'platform',
    'errors',
    'version',
    'random',
    'protobuf',
    'metrics',
    'modelCard',
    'results',
    'ops',
    'backends',
    'audio',
    'augment',
    'hub',
    'datasets',
    '@tensorflow/tfjs-core',
  ],
  evaluation: [
    'platform',
    'errors',
    'version',
    'random',
    'metrics',
    'results',
    'audio',
    'augment',
    'datasets',
    'backends',
    'train',
    'wasm-media-encoders',
    '@tensorflow/tfjs-core',
  ],
  layers: [
    'platform',
    'errors',
    'hub',
    'audio',
    'train',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
    'valibot',
  ],
  export: ['platform', 'errors', 'onnx', 'ops', 'audio', 'ast', '@tensorflow/tfjs-core'],
  pipeline: ['errors', 'ops', 'backends', 'ast'],
  cli: [
    'platform',
    'version',
    'node',
    'hub',
    'audio',
    'augment',
    'datasets',
    'metrics',
    'report',
    'backends',
    'ast',
    'evaluation',
    'explain',
    'export',
    'results',
    'train',
    'pipeline',
  ],
  index: [
    'random',
    'ast',
    'audio',
    'augment',
    'backends',
    'datasets',
    'errors',
    'explain',
    'export',
    'evaluation',
    'hub',
    'metrics',
    'microphone',
    'modelCard',
    'ops',
    'pipeline',
    'plots',
    'report',
    'results',
    'train',
  ],
};

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map(normalize);

const partOf = (file: string): string => file.split('/')[0]!.replace(/\.ts$/, '');
const aliases: Record<string, string> = {
  '#platform': 'platform',
  '#backends': 'backends',
  '#gradients': 'ops',
  '#surface': 'plots',
};

/** Files and packages that a file imports, statically or not. */
function importsOf(file: string): { files: string[]; packages: string[] } {
  const source = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const specifiers = [
    ...source.matchAll(/^\s*(?:import|export)\b[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map(([, from, bare, dynamic]) => (from ?? bare ?? dynamic)!);
  const local = specifiers.filter((name) => name.startsWith('.'));
  return {
    files: local.map((name) => relative(root, join(root, dirname(file), name.replace(/\.js$/, '.ts')))),
    packages: specifiers.filter((name) => !name.startsWith('.')),
  };
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? 'node'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const fits = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

describe('the sources', () => {
  it('import only what the architecture allows their part to', () => {
    const violations: string[] = [];
    for (const file of files) {
      const part = partOf(file);
      const rules = allowed[part];
      if (!rules) violations.push(`${file}: ${part} is not a part of the architecture`);
      const { files: imported, packages } = importsOf(file);
      const names = [...imported.map(partOf), ...packages.map((name) => aliases[name] ?? packageOf(name))];
      for (const name of names)
        if (name !== part && !rules?.some((rule) => fits(name, rule))) violations.push(`${file} imports ${name}`);
    }
    expect(violations).toEqual([]);
  });

  it('have no cycles', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of importsOf(file).files) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('reach Node modules only through the platform, and what is for Node alone', () => {
    const offenders = files.filter((file) => importsOf(file).packages.some((name) => name.startsWith('node:')));
    expect(offenders.sort()).toEqual([
      'backends/gpuDevices.ts',
      'backends/onnxruntime/machine.ts',
      'cli/command.ts',
      'platform/node.ts',
      'platform/nodeDownloads.ts',
      'platform/nodeProcesses.ts',
      'platform/nodeThreads.ts',
    ]);
  });

  it('keep files short enough to read', () => {
    // The public API is a list of names.
    const code = files.filter((file) => file !== 'index.ts');
    const long = code.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 260);
    expect(long).toEqual([]);
  });
});
