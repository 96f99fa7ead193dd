/**
 * Run by test/export/transformersJs.test.ts in a process of its own: classifies sounds with the pipeline of transformers.js,
 * which `npm ci` in bench/ installs, from directories on this disk.
 *
 * Its argument is JSON, [{ directory, clips }], clips being files of float32 samples at 16 kHz. Prints the labels of each clip of each.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const requests = JSON.parse(process.argv[2]!) as { directory: string; clips: string[] }[];
const require = createRequire(join(import.meta.dirname, '..', '..', 'bench', 'package.json'));
const { env, pipeline } = require('@huggingface/transformers');
const results: unknown[] = [];
for (const { directory, clips } of requests) {
  Object.assign(env, { allowRemoteModels: false, localModelPath: dirname(directory) });
  const classify = await pipeline('audio-classification', basename(directory));
  const ofModel: unknown[] = [];
  for (const clip of clips) {
    const { buffer } = new Uint8Array(readFileSync(clip));
    ofModel.push(await classify(new Float32Array(buffer), { top_k: 100 }));
  }
  results.push(ofModel);
  await classify.dispose();
}
process.stdout.write(JSON.stringify(results));
