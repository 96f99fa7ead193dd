/**
 * Measures this library and its peers side by side. `npm run bench -- --help` says how.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBetweenMarkers } from './document.js';
import { bestRates, describeMachine, type Rates } from './machine.js';
import { alternate, type Effort } from './measure.js';
import { type MeasuredRow, type Report, reportRow } from './report.js';
import { groups } from './rows/index.js';
import { formatReport } from './table.js';

const usage = `Usage: npm run bench -- [flags]

  --only N,N,…    only these groups: ${groups.map(({ id, title }) => `${id} ${title}`).join('\n                  ')}
  --quick         one to three runs each
  --write FILE    put the table between the markers of a Markdown file, e.g. docs/performance.md

Peers that are not installed are left out, with the reason. transformers.js is installed in bench/ when first
needed; PyTorch is Debian's (apt-get install python3-torch python3-torchaudio), or that of the Python that PYTHON
names; the reference model and recordings are in the directory that AST_TS_SHARED names (default ../shared).
Results go to bench/results.json.`;

const full: Effort = { budgetSeconds: 12, minRounds: 3, maxRounds: 15 };
const quick: Effort = { budgetSeconds: 3, minRounds: 1, maxRounds: 3 };

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) return console.log(usage);
  const chosen = chooseGroups(flags.only);
  const date = new Date().toISOString();
  const measured: MeasuredRow[] = [];
  let rates = await bestRates();
  for (const group of chosen) {
    for (const row of await group.rows()) {
      console.error(`${group.id}. ${group.title}: ${row.title} …`);
      const effort = flags.quick ? quick : { ...full, ...row.effort };
      measured.push({ group, row, results: await alternate(row.contenders, effort) });
      save(date, flags.quick, rates, measured);
    }
    rates = await bestRates(rates);
  }
  const report = save(date, flags.quick, rates, measured);
  const table = formatReport(report);
  if (flags.write) writeBetweenMarkers(flags.write, table);
  console.log(table);
}

/** Writes what there is so far, with floors from the best rates so far: a run that is broken off keeps its rows. */
function save(date: string, quick: boolean, rates: Rates, measured: readonly MeasuredRow[]): Report {
  const rows = measured.map((one) => reportRow(one, rates));
  const report: Report = { date, quick, machine: describeMachine(rates), rows };
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

function chooseGroups(only: string | undefined): typeof groups {
  if (only === undefined) return groups;
  return only.split(',').map((id) => {
    const group = groups.find((one) => one.id === Number(id));
    if (!group) throw new RangeError(`--only: expected numbers from 1 to ${groups.length}, got '${id}'.`);
    return group;
  });
}

await main().catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
