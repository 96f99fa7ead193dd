import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BackendName } from '../../src/index.js';

/** What the user asked for, checked. */
export interface Flags {
  readonly dataset: string;
  readonly fold: number | undefined;
  readonly categories: 'all' | 'nature';
  readonly onUnreadable: 'throw' | 'skip';
  readonly model: string;
  readonly maxLength: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmupRatio: number;
  readonly weightDecay: number;
  readonly masking: boolean;
  readonly gradCheckpointing: boolean;
  readonly backend: 'auto' | BackendName;
  readonly threads: number | undefined;
  readonly seed: number;
  readonly out: string;
}

export const usage = `Usage: npm run finetune -- [flags]

What to learn from
  --dataset ID|DIR      a Hugging Face id (confit/esc50-demo), a directory as ESC-50's or of train/<class>/<file> and
                        test/<class>/<file>, or synthetic: sounds made in code (default)
  --fold N              the fold to test on, for data with folds (default 1)
  --categories WHICH    all, or nature: the classes of ESC-50 as birds, water, wind and mammals (default all)
  --on-unreadable WHAT  throw at a recording that cannot be read, or skip it (default throw)

The model and its training
  --model ID|DIR|SIZE   a Hugging Face id, a directory, or a size for a new model: tiny (default), small, base
  --max-length N        frames of an input, 100 a second (default 512)
  --epochs N            passes over the training data, 0.5 for half a pass (default 2)
  --batch-size N        clips a step (default 8)
  --learning-rate R     peak rate (default 1e-4; for a new tiny model 2e-3, for small 5e-4)
  --warmup-ratio R      share of the steps until the peak rate (default 0.1)
  --weight-decay R      AdamW's decay of the weights (default 0.01)
  --masking             hide a random band of pitches and span of time of every clip
  --grad-checkpointing  a third more work for much less memory
  --seed N              order of the clips, masks and new weights (default 42)

Where
  --backend NAME        auto (default: the first that is installed of the next three), onnxruntime, wasm, cpu, tensorflow
  --threads N           threads of onnxruntime (default: the physical cores)
  --out DIR             where the model, report.html, report.json and predictions.csv go (default ${join('runs', 'esc50')})
  --help                this text`;

const text = (value: string) => ({ type: 'string', default: value }) as const;
const optionalText = { type: 'string' } as const;
const yesOrNo = { type: 'boolean', default: false } as const;

const options = {
  dataset: text('synthetic'),
  fold: optionalText,
  categories: text('all'),
  'on-unreadable': text('throw'),
  model: text('tiny'),
  'max-length': text('512'),
  epochs: text('2'),
  'batch-size': text('8'),
  'learning-rate': optionalText,
  'warmup-ratio': text('0.1'),
  'weight-decay': text('0.01'),
  masking: yesOrNo,
  'grad-checkpointing': yesOrNo,
  backend: text('auto'),
  threads: optionalText,
  seed: text('42'),
  out: text(join('runs', 'esc50')),
};

/** Frames that `--masking` may hide, as the authors of AST do. */
export const maskedFrames = 96;
/** New weights learn at higher rates than trained ones. */
const learningRates = new Map([
  ['tiny', '2e-3'],
  ['small', '5e-4'],
]);

/**
 * Reads the command line.
 *
 * @throws {RangeError} that says which flag is unknown, without its value or out of range, and what is expected
 */
export function readFlags(args: readonly string[]): Flags {
  const given = parse(args);
  const flags: Flags = {
    dataset: given.dataset,
    fold: given.fold === undefined ? undefined : wholeNumber('fold', given.fold),
    categories: choice('categories', given.categories, ['all', 'nature']),
    onUnreadable: choice('on-unreadable', given['on-unreadable'], ['throw', 'skip']),
    model: given.model,
    maxLength: number('max-length', given['max-length'], 'an integer of 16 or more', (n) => isWhole(n) && n >= 16),
    epochs: number('epochs', given.epochs, 'a positive number', (n) => n > 0),
    batchSize: wholeNumber('batch-size', given['batch-size']),
    learningRate: number(
      'learning-rate',
      given['learning-rate'] ?? learningRates.get(given.model) ?? '1e-4',
      'a positive number',
      (n) => n > 0,
    ),
    warmupRatio: number('warmup-ratio', given['warmup-ratio'], 'a number in [0, 1)', (n) => n >= 0 && n < 1),
    weightDecay: number('weight-decay', given['weight-decay'], 'a number of 0 or more', (n) => n >= 0),
    masking: given.masking,
    gradCheckpointing: given['grad-checkpointing'],
    backend: choice('backend', given.backend, ['auto', 'onnxruntime', 'wasm', 'cpu', 'tensorflow']),
    threads: given.threads === undefined ? undefined : wholeNumber('threads', given.threads),
    seed: number('seed', given.seed, 'an integer', isWhole),
    out: given.out,
  };
  for (const name of ['dataset', 'model', 'out'] as const) if (flags[name] === '') refuse(name, 'a name', '');
  if (flags.masking && flags.maxLength < maskedFrames)
    refuse('max-length', `${maskedFrames} or more with --masking, which hides that many frames`, given['max-length']);
  if (flags.threads !== undefined && !['auto', 'onnxruntime'].includes(flags.backend))
    refuse('threads', 'backend onnxruntime, the only one that takes it', flags.backend);
  return flags;
}

const seeHelp = 'Flags and values stand after `npm run finetune --`; add --help to see them all.';

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new RangeError(`${(cause as Error).message.replaceAll('\n', ' ')}\n${seeHelp}`, { cause });
  }
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value);

const wholeNumber = (name: string, given: string): number =>
  number(name, given, 'an integer of 1 or more', (n) => isWhole(n) && n >= 1);

function number(name: string, given: string, expected: string, holds: (value: number) => boolean): number {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  return Number.isFinite(value) && holds(value) ? value : refuse(name, expected, given);
}

function choice<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  return allowed.find((each) => each === given) ?? refuse(name, `one of ${allowed.join(', ')}`, given);
}

function refuse(name: string, expected: string, given: string): never {
  throw new RangeError(`--${name}: expected ${expected}; got '${given}'.\n${seeHelp}`);
}
