import type { LabelCount } from './countLabels.js';
import type { SkippedRecording } from './examples.js';
import { listed } from './recordingGroups.js';

/** What `inspect` finds. `String(inspection)` is a table; the rest is plain data. Clips are named by their ids. */
export interface DatasetInspection {
  readonly name: string;
  readonly clips: number;
  /** Lengths of the clips that can be read, in seconds; zeros when there is none. */
  readonly seconds: { readonly total: number; readonly shortest: number; readonly longest: number };
  /** Sampling rates of the files (of the data set where it gives no encoded sounds), and of how many clips, ascending. */
  readonly sampleRates: readonly { readonly sampleRate: number; readonly count: number }[];
  /** Clips of each class, zeros included. */
  readonly labels: readonly LabelCount[];
  /** Clips without a sample above `silenceDb`. */
  readonly silent: readonly string[];
  /** Clips with three samples or more in a row at 0.999 of full scale or above. */
  readonly clipped: readonly string[];
  /** Clips that have the same samples, told by length, check sum and energy. */
  readonly duplicates: readonly (readonly string[])[];
  /** Clips that are damaged or cut short, and can be read in part. */
  readonly damaged: readonly SkippedRecording[];
  /** Clips that cannot be read. */
  readonly unreadable: readonly SkippedRecording[];
  /** The table. */
  toString(): string;
}

/** An inspection as lines of text for a terminal, without a final newline. */
export function formatInspection(inspection: Omit<DatasetInspection, 'toString'>): string {
  const { name, clips, seconds, sampleRates, labels, damaged, unreadable } = inspection;
  const counts = labels.map(({ count }) => count);
  const rows: [string, string][] = [
    ['clips', String(clips)],
    [
      'length',
      `${inMinutes(seconds.total)} (${seconds.shortest.toFixed(2)} to ${seconds.longest.toFixed(2)} s a clip)`,
    ],
    ['sample rates', sampleRates.map(({ sampleRate, count }) => `${sampleRate} Hz: ${count}`).join(', ') || '-'],
    ['silent', withIds(inspection.silent)],
    ['clipped', withIds(inspection.clipped)],
    ['duplicates', withIds(inspection.duplicates.map((ids) => ids.join(' = ')))],
    ['damaged', withIds(damaged.map(({ id }) => id))],
    ['unreadable', withIds(unreadable.map(({ id }) => id))],
    ['classes', `${labels.length}, of ${Math.min(...counts)} to ${Math.max(...counts)} clips`],
    ...labels.map(({ label, count }): [string, string] => [`  ${label}`, `${count} (${percent(count, clips)} %)`]),
  ];
  const width = Math.max(...rows.map(([heading]) => [...heading].length));
  const lines = rows.map(([heading, value]) => `${heading}${' '.repeat(width - [...heading].length)}  ${value}`);
  const reasons = [...damaged, ...unreadable].map(({ reason }) => `- ${reason}`);
  return [name, ...lines, ...reasons].join('\n');
}

const withIds = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : `${ids.length}: ${listed(ids)}`);
const percent = (count: number, clips: number): string => ((100 * count) / clips).toFixed(1);

function inMinutes(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds.toFixed(2)} s` : `${minutes} min ${(seconds - 60 * minutes).toFixed(0)} s`;
}
