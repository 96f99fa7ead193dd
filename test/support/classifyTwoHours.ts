/** Classifies two hours of a WAV file, in a process of its own: prints what memory that took over the model's. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AudioClassifier } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { encodeWav } from './encodeWav.js';
import { tinyModel } from './tinyModel.js';

const SECONDS = 7200;
const SAMPLE_RATE = 44100;
const directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
const path = join(directory, 'night.wav');

/** A sparse file: its samples are zeros that take no room on the disk. */
const header = encodeWav([], SAMPLE_RATE);
const dataBytes = 2 * SECONDS * SAMPLE_RATE;
new DataView(header.buffer).setUint32(40, dataBytes, true);
const file = await open(path, 'w');
await file.write(header);
await file.truncate(header.length + dataBytes);
await file.close();

await useBackend('cpu');
const classifier = new AudioClassifier(tinyModel());
await classifier.classify({ samples: new Float32Array(16000), sampleRate: 16000 });
const before = process.resourceUsage().maxRSS;
let told = 0;
const { windows } = await classifier.classifyLong(path, { hopSeconds: 1, batchSize: 16, onProgress: () => told++ });
const bytes = (process.resourceUsage().maxRSS - before) * 1024;
await rm(directory, { recursive: true });
console.log(JSON.stringify({ windows: windows.length, end: windows.at(-1)!.end, told, bytes }));
