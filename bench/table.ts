/** The report as Markdown. */
import type { Machine } from './machine.js';
import type { Absence } from './measure.js';
import type { Figures, Line, Report, RowReport } from './report.js';

const HEADER = [
  'what',
  'ast-ts',
  'peer',
  'times as fast',
  'floor',
  'times the floor',
  'GFLOP/s',
  'peak memory, GB: ours, peer',
  'results differ by',
];

export function formatReport({ date, quick, machine, rows }: Report): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const sections = groups.map(
    (group) => `### ${group}

${formatTable(rows.filter((row) => row.group === group))}`,
  );
  return [
    `Measured on ${date.slice(0, 10)}${quick ? ', with fewer runs (`--quick`)' : ''}.`,
    formatMachine(machine),
    ...sections,
  ].join('\n\n');
}

function formatMachine({ cpu, logicalCores, memoryBytes, system, node, rates }: Machine): string {
  const billions = (rate: number) => (rate / 1e9).toFixed(0);
  return [
    `- Machine: ${cpu}, ${logicalCores} logical cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${system}, Node ${node.slice(1)}`,
    `- Best product of 2048 x 2048 matrices: ${billions(rates.float32)} GFLOP/s in float32, ${billions(rates.oneThread)} on one thread, ${billions(rates.int8)} Gop/s in int8`,
    `- Memory: ${billions(rates.memory)} GB/s, read and written by a copy`,
  ].join('\n');
}

function formatTable(rows: readonly RowReport[]): string {
  const lines = rows.flatMap(({ title, lines }) => lines.map((line) => [title, ...formatLine(line)]));
  return [HEADER, HEADER.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function formatLine({ ours, peer, ratio, floor, timesFloor, rate, difference }: Line): string[] {
  return [
    formatFigures(ours),
    peer ? formatFigures(peer) : '',
    ratio ? `**${ratio.toFixed(2)}**` : '',
    formatSeconds(floor),
    timesFloor ? timesFloor.toFixed(2) : '',
    rate ? (rate / 1e9).toFixed(0) : '',
    [ours, ...(peer ? [peer] : [])].map(formatMemory).join(', '),
    difference === undefined ? '' : difference.toExponential(0),
  ];
}

function formatFigures(figures: Figures | Absence): string {
  if ('absent' in figures) return `${figures.name}: not measured (${figures.absent.replaceAll('|', '/')})`;
  const { name, median, min, max } = figures;
  return `${name === 'ast-ts' ? '' : `${name}: `}${formatSeconds(median)} (${formatSeconds(min)} to ${formatSeconds(max)})`;
}

const formatMemory = (figures: Figures | Absence): string =>
  'absent' in figures ? '–' : (figures.peakBytes / 1e9).toFixed(1);

/** Three digits that count. */
function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  return `${(seconds * 1000).toPrecision(3)} ms`;
}
