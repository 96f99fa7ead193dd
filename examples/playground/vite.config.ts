import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The library as it is in this checkout. In a project of your own, `npm i ast-ts` and leave the alias out. */
const library = fileURLToPath(new URL('../../src', import.meta.url));
const alias = [{ find: /^ast-ts(\/.+)?$/, replacement: `${library}$1/index.ts` }];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses: the built page works in any directory of any server.
  base: './',
  resolve: { alias },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
