/**
 * Damages safetensors files in seeded ways and reads them: each must give tensors or a CheckpointError, within 2 s, and read no more
 * than the file's size plus 10 %; of headers of megabytes the memory of the process is measured too.
 *
 *   npx tsx scripts/fuzz-safetensors.ts [mutations = 100000] [seed = 1]
 *
 * A mutation is repeated by its number: `--only 1234`.
 */
import { type FuzzOutcome, fuzzSafetensors } from '../test/hub/fuzzSafetensors.js';

const MB = 2 ** 20;

async function main(first: number, last: number, seed: number): Promise<void> {
  const outcomes: FuzzOutcome[] = [];
  for (let number = first; number < last; number++) {
    const outcome = await fuzzSafetensors(number, seed);
    outcomes.push(outcome);
    if (outcome.problem) console.log(`mutation ${number} (${outcome.mutation}): ${outcome.problem}`);
  }
  print(outcomes);
  if (outcomes.some(({ kind }) => kind === 'violation')) process.exitCode = 1;
}

/** A line for each way to damage a file. */
function print(outcomes: readonly FuzzOutcome[]): void {
  const widths = [12, 9, 9, 9, 11, 11, 11, 9];
  const line = (cells: readonly (string | number)[]): void =>
    console.log(
      cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(widths[i]!))).join(''),
    );
  line(['damage', 'runs', 'tensors', 'error', 'violation', 'longest s', 'read/size', 'most MB']);
  for (const mutation of [...new Set(outcomes.map(({ mutation }) => mutation)), 'all']) {
    const rows = outcomes.filter((row) => mutation === 'all' || row.mutation === mutation);
    const most = (value: (row: FuzzOutcome) => number): number =>
      rows.reduce((largest, row) => Math.max(largest, value(row)), 0);
    const counts = (['tensors', 'error', 'violation'] as const).map(
      (kind) => rows.filter((row) => row.kind === kind).length,
    );
    const memory = most((row) => row.memory);
    line([
      mutation,
      rows.length,
      ...counts,
      most((row) => row.seconds).toFixed(3),
      most((row) => row.readShare).toFixed(2),
      memory === 0 ? '-' : (memory / MB).toFixed(1),
    ]);
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--only') await main(Number(rest[0]), Number(rest[0]) + 1, Number(rest[1] ?? 1));
else await main(0, Number(mode ?? 100_000), Number(rest[0] ?? 1));
