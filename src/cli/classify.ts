import { platform } from '#platform';
import { type AudioClassification, type AudioClassifier, detectEvents, type SoundEvent } from '../ast/index.js';
import { pipeline } from '../pipeline.js';
import type { ProgressBar } from '../platform/platform.js';
import { defineCommand } from './command.js';
import { integer, number, printError, printJson, sharedOptions, startBackend } from './options.js';
import { UsageError } from './usageError.js';

type Result = { file: string } & (
  | { classifications: AudioClassification[] }
  | { events: SoundEvent[] }
  | { error: string }
);

export const classify = defineCommand({
  name: 'classify',
  operands: 'FILE…',
  summary: 'The labels of sounds: paths or URLs.',
  options: {
    model: sharedOptions.model,
    'top-k': { type: 'string', value: 'N', default: '5', help: 'labels a sound, best first' },
    long: { type: 'boolean', help: 'classify long recordings window by window, and print the events in them' },
    hop: {
      type: 'string',
      value: 'SECONDS',
      help: "with --long: from one window to the next (default: the model's length)",
    },
    threshold: {
      type: 'string',
      value: 'SCORE',
      help: 'with --long: the score from which a label counts (default: 0.5)',
    },
    'min-length': { type: 'string', value: 'SECONDS', help: 'with --long: shorter events are left out (default: 0)' },
    gap: { type: 'string', value: 'SECONDS', help: 'with --long: pauses up to this are filled (default: 0)' },
    backend: sharedOptions.backend,
    threads: sharedOptions.threads,
    json: sharedOptions.json,
  },
  notes:
    'Prints file, score and label; with --long file, start, end, score and label; between tabs. With --json a list of\n' +
    '{ file, classifications: [{ label, score }] }, { file, events: [{ start, end, label, score }] } or { file, error }.\n' +
    'A sound that cannot be read is told on standard error, the others are classified, and the exit code is 1.',
  async run(files, { model, long, json, ...values }) {
    if (files.length === 0) throw new UsageError('classify expects one sound or more, got none.');
    const topK = integer('top-k', values['top-k'], 1);
    const settings = eventSettings(long, values);
    await startBackend(values);
    const bar = await platform.openProgressBar();
    const results: Result[] = [];
    try {
      const { classifier } = await pipeline('audio-classification', model, {
        onProgress: ({ file, loaded, total }) => bar?.update(loaded, total, file),
      });
      for (const [i, file] of files.entries()) {
        if (!long) bar?.update(i, files.length, file);
        const found = long
          ? eventsIn(classifier, file, settings, bar).then((events) => ({ file, events }))
          : classifier.classify(file, { topK }).then((classifications) => ({ file, classifications }));
        const result = await found.catch((error: Error): Result => ({ file, error: error.message }));
        results.push(result);
        bar?.stop();
        if ('error' in result) printError(`ast-ts: ${result.error}`);
        else if (!json) process.stdout.write(linesOf(result));
      }
    } finally {
      bar?.stop();
    }
    if (json) printJson(results);
    return results.some((result) => 'error' in result) ? 1 : 0;
  },
});

type EventOptions = Readonly<Record<'hop' | 'threshold' | 'min-length' | 'gap', string | undefined>>;

/** Options of `--long` as numbers; each is an error without it, as it would have no effect. */
function eventSettings(long: boolean, { hop, threshold, gap, ...rest }: EventOptions) {
  const given = Object.entries({ hop, threshold, 'min-length': rest['min-length'], gap }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  if (!long && given.length > 0) throw new UsageError(`--${given[0]![0]} is for --long; give both or none.`);
  const seconds = (name: string, value: string | undefined, isFit: (value: number) => boolean) =>
    value === undefined ? undefined : number(name, value, 'seconds', isFit);
  return {
    hopSeconds: seconds('hop', hop, (seconds) => seconds > 0),
    threshold:
      threshold === undefined
        ? undefined
        : number('threshold', threshold, 'a score from 0 to 1', (score) => score >= 0 && score <= 1),
    minimumSeconds: seconds('min-length', rest['min-length'], (seconds) => seconds >= 0),
    gapSeconds: seconds('gap', gap, (seconds) => seconds >= 0),
  };
}

async function eventsIn(
  classifier: AudioClassifier,
  file: string,
  { hopSeconds, ...settings }: ReturnType<typeof eventSettings>,
  bar: ProgressBar | undefined,
): Promise<SoundEvent[]> {
  const timeline = await classifier.classifyLong(file, {
    hopSeconds,
    onProgress: ({ fraction }) => bar?.update(Math.round(100 * fraction), 100, file),
    onWarning: printError,
  });
  return detectEvents(timeline, settings);
}

/** A line a label or event, in columns that tabs part. */
function linesOf(result: Exclude<Result, { error: string }>): string {
  const { file } = result;
  const rows =
    'events' in result
      ? result.events.map(({ start, end, score, label }) => [start.toFixed(2), end.toFixed(2), score.toFixed(4), label])
      : result.classifications.map(({ label, score }) => [score.toFixed(4), label]);
  return rows.map((row) => `${[file, ...row].join('\t')}\n`).join('');
}
