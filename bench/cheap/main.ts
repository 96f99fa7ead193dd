/**
 * What each way of fine-tuning trains, takes and gives: the tables of docs/cheap-fine-tuning.md.
 *
 *   npx tsx bench/cheap/main.ts
 *   npx tsx bench/cheap/main.ts --seeds 1 --no-base --only lora,bitFit
 *
 * Each run is a process of its own, one at a time. ESC-10 is in the directory that AST_TS_SHARED names (default ../shared). The
 * checkpoint and the features are kept in runs/cheap, AST-base with random weights in runs/bench.
 */
import { parseArgs } from 'node:util';
import { useBackend } from '../../src/backends/index.js';
import { baseModel } from '../models.js';
import { startEngine } from '../process.js';
import { pretrainedSmall } from './esc10.js';
import { methods } from './methods.js';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    epochs: { type: 'string', default: '20' },
    'pretraining-epochs': { type: 'string', default: '40' },
    seeds: { type: 'string', default: '3' },
    'no-base': { type: 'boolean', default: false },
    'no-esc10': { type: 'boolean', default: false },
  },
});
const names = flags.only?.split(',') ?? Object.keys(methods);
const unknown = names.find((name) => !methods[name]);
if (unknown !== undefined)
  throw new RangeError(`--only: expected some of ${Object.keys(methods).join(', ')}, got '${unknown}'.`);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

async function esc10Table(): Promise<string> {
  await useBackend('onnxruntime');
  const checkpoint = await pretrainedSmall(Number(flags['pretraining-epochs']));
  const rows: string[][] = [];
  for (const name of names) {
    const runs: { outputs: number[]; peakBytes: number }[] = [];
    for (let seed = 1; seed <= Number(flags.seeds); seed++) {
      const task = { method: name, checkpoint, epochs: Number(flags.epochs), seed };
      const engine = await startEngine({ file: 'cheapFineTuning.ts', task });
      const { outputs, peakBytes } = await engine.run();
      await engine.stop();
      runs.push({ outputs: outputs!, peakBytes });
      console.error(`${name}, seed ${seed}: ${outputs!.map((value) => value.toPrecision(4)).join(', ')}`);
    }
    const of = (output: number) => runs.map(({ outputs }) => outputs[output]!);
    const [trained, total] = [of(0)[0]!, of(1)[0]!];
    const [milliseconds, embedding] = [1000 * Math.min(...of(2)), 1000 * Math.min(...of(3))];
    rows.push([
      methods[name]!.title,
      `${trained.toLocaleString('en')} (${((100 * trained) / total).toFixed(1)} %)`,
      `${milliseconds.toPrecision(2)} ms${embedding > 0 ? `, and ${embedding.toPrecision(2)} ms once` : ''}`,
      `${Math.round(Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6)} MB`,
      `${(of(4)[0]! / 1e6).toPrecision(2)} MB`,
      `${(100 * mean(of(5))).toFixed(1)} % (${of(5)
        .map((accuracy) => (100 * accuracy).toFixed(1))
        .join(', ')})`,
    ]);
  }
  return table(['trained', 'parameters', 'a clip', 'peak memory', 'saved', 'accuracy: mean (each seed)'], rows);
}

async function baseTable(): Promise<string> {
  const [frames, batch, runsEach] = [512, 4, 3];
  const { directory } = await baseModel(frames);
  const rows: string[][] = [];
  for (const name of names.filter((each) => !methods[each]!.isNew)) {
    const engine = await startEngine({ file: 'cheapStep.ts', task: { method: name, directory, frames, batch } });
    await engine.run(); // warms up
    const runs = [];
    for (let i = 0; i < runsEach; i++) runs.push(await engine.run());
    await engine.stop();
    const seconds = Math.min(...runs.map((run) => run.seconds)) / batch;
    rows.push([
      methods[name]!.title,
      seconds < 0.01 ? `${(1e6 * seconds).toPrecision(2)} µs` : `${seconds.toPrecision(2)} s`,
      `${(Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e9).toFixed(1)} GB`,
    ]);
    console.error(rows.at(-1)!.join(', '));
  }
  return table(['trained', 'a clip', 'peak memory'], rows);
}

const tables: string[] = [];
if (!flags['no-esc10'])
  tables.push(
    `\`small\` on ESC-10, ${flags.epochs} epochs of the 80 clips of fold 2, tested on the 80 of fold 1:\n\n${await esc10Table()}`,
  );
if (!flags['no-base']) tables.push(`A training step of AST-base, 512 frames, batch 4:\n\n${await baseTable()}`);
console.log(tables.join('\n\n'));
