import { defineConfig, type Options } from 'tsup';

/** One entry for each subpath of the package. */
const entry = {
  index: 'src/index.ts',
  audio: 'src/audio/index.ts',
  microphone: 'src/microphone/index.ts',
  augment: 'src/augment/index.ts',
  ast: 'src/ast/index.ts',
  train: 'src/train/index.ts',
  layers: 'src/layers/index.ts',
  metrics: 'src/metrics/index.ts',
  datasets: 'src/datasets/index.ts',
  hub: 'src/hub/index.ts',
  ops: 'src/ops/index.ts',
  backends: 'src/backends/index.ts',
  evaluation: 'src/evaluation/index.ts',
  results: 'src/results/index.ts',
  plots: 'src/plots/index.ts',
  report: 'src/report/index.ts',
  explain: 'src/explain/index.ts',
};

const common: Options = {
  entry,
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true, // or files of an earlier build would be packed
  // Shared chunks in both formats: an error class or a registered kernel must exist once, whichever subpath brings it.
  splitting: true,
  treeshake: true,
  // import.meta.url in CommonJS: a worker thread's module lies beside the one that starts it.
  shims: true,
  target: 'es2022',
};

/** The same sources twice: `#platform`, `#backends`, `#gradients` and `#surface` resolve by platform (package.json, imports). */
export default defineConfig([
  {
    ...common,
    entry: { ...entry, featureWorker: 'src/datasets/featureWorker.ts', cli: 'src/cli/main.ts' },
    outDir: 'dist/node',
    platform: 'node',
  },
  {
    ...common,
    entry: { ...entry, featureWorker: 'src/datasets/featureWorker.ts' },
    // Both have the same types, which take most of the time: those of dist/node serve both.
    dts: false,
    outDir: 'dist/browser',
    platform: 'browser',
    // In the build, so that a page without a bundler has to map few names, and as bundlers other than Vite and webpack miss that
    // the Hub's client has a build for browsers.
    noExternal: ['@huggingface/hub', '@noble/hashes', 'valibot', 'pure-rand'],
    esbuildOptions(options) {
      options.alias = { '@huggingface/hub': './node_modules/@huggingface/hub/dist/browser/index.mjs' };
    },
  },
]);
