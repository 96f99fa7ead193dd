/**
 * Tells sounds apart over HTTP, and stays responsive meanwhile: a model keeps its thread busy as long as it computes, so
 * it has a thread of its own. (Training is moved out of a server in the same way.)
 *
 *   npx tsx examples/server.ts --model MIT/ast-finetuned-audioset-10-10-0.4593
 *   curl --data-binary @dog.wav http://127.0.0.1:8080/classify
 *   npx tsx examples/server.ts --measure      how long the event loop is blocked, with that thread and without
 */
import { parseArgs } from 'node:util';
import { type BackendName, syntheticDataset } from '../src/index.js';
import { encodeWav } from './support/encodeWav.js';
import { measureLag } from './support/eventLoopLag.js';
import { startModelThread } from './support/modelThread.js';
import { loadModel, type ModelSettings } from './support/soundModel.js';
import { openServer } from './support/soundServer.js';

const usage = `Usage: npx tsx examples/server.ts [flags]

  --model ID|DIR|SIZE   a Hugging Face id, a directory, or tiny (default), small or base for a new model, which guesses
  --max-length N        frames of an input, 100 a second (default 512)
  --backend NAME        auto (default), onnxruntime, wasm, cpu
  --top-k N             labels of an answer (default 5)
  --port N              where to listen on 127.0.0.1 (default 8080; 0 for any that is free)
  --measure             serve sounds in both ways, print how late the event loop was, and end
  --sounds N            how many sounds to measure with (default 20)`;

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny' },
    'max-length': { type: 'string', default: '512' },
    backend: { type: 'string', default: 'auto' },
    'top-k': { type: 'string', default: '5' },
    port: { type: 'string', default: '8080' },
    measure: { type: 'boolean', default: false },
    sounds: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (flags.help) return console.log(usage);
  const settings: ModelSettings = {
    model: flags.model,
    maxLength: wholeNumber('max-length', 16),
    backend: flags.backend as 'auto' | BackendName,
    topK: wholeNumber('top-k', 1),
  };
  if (flags.measure) return measure(settings);
  const { url } = await openServer(await startModelThread(settings), wholeNumber('port', 0));
  console.log(`Listening on ${url}: POST /classify takes the bytes of a sound, GET /health answers at once.`);
}

async function measure(settings: ModelSettings): Promise<void> {
  const dataset = syntheticDataset();
  const sounds: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < wholeNumber('sounds', 1); i++) {
    const { samples, sampleRate } = (await dataset.get(i % dataset.length)).waveform;
    sounds.push(encodeWav(samples, sampleRate));
  }
  console.log(`${settings.model}, ${sounds.length} sounds of 5 s one after the other; milliseconds`);
  console.log('model runs in       loop late by: median    p99    max   /health: median    max   /classify: mean');
  for (const [place, open] of [
    ['the main thread', loadModel],
    ['a thread of its own', startModelThread],
  ] as const) {
    const { loop, health, classify } = await measureLag(await open(settings), sounds);
    const cell = (value: number, width: number) => value.toFixed(1).padStart(width);
    const columns = [cell(loop[0], 20), cell(loop[1], 6), cell(loop[2], 6), cell(health[0], 17), cell(health[1], 6)];
    console.log(`${place.padEnd(19)} ${columns.join(' ')} ${cell(classify, 17)}`);
  }
}

function wholeNumber(flag: 'max-length' | 'top-k' | 'port' | 'sounds', least: number): number {
  const value = Number(flags[flag]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${flag}: expected an integer of ${least} or more, got '${flags[flag]}'.`);
}

await main().catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
