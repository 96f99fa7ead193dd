import { join } from 'node:path';
import { type Flags, readFlags } from './flags.js';

export const usage = `Usage: npx tsx examples/esc50-cnn.ts [flags]

What to learn from
  --dataset ID|DIR      a Hugging Face id (confit/esc50-demo), a directory as ESC-50's or of train/<class>/<file> and
                        test/<class>/<file>, or synthetic: sounds made in code (default)
  --fold N              the fold to test on, for data with folds (default 1)
  --categories WHICH    all, or nature: the classes of ESC-50 as birds, water, wind and mammals (default all)
  --on-unreadable WHAT  throw at a recording that cannot be read, or skip it (default throw)

The training
  --epochs N            passes over the training data (default 2; on recordings 50)
  --batch-size N        clips a step (default 16)
  --learning-rate R     peak rate (default 1e-3)
  --warmup-ratio R      share of the steps until the peak rate (default 0.1)
  --weight-decay R      AdamW's decay, beside the L2 of the network (default 0)
  --seed N              order of the clips, dropout and new weights (default 42)

Where
  --backend NAME        auto (default: the first that is installed of the next three), onnxruntime, wasm, cpu, tensorflow
  --threads N           threads of onnxruntime (default: the physical cores)
  --out DIR             where model, report.json and predictions.csv go (default ${join('runs', 'esc50-cnn')})
  --help                this text`;

const defaults = ['--batch-size=16', '--learning-rate=1e-3', '--weight-decay=0', `--out=${join('runs', 'esc50-cnn')}`];
/** Flags of the transformer, which would change nothing here. */
const others = ['model', 'max-length', 'masking', 'grad-checkpointing'];

/**
 * Reads the command line: the flags of the other example, with defaults of its own.
 *
 * @throws {RangeError} that says which flag is unknown, without its value or out of range, and what is expected
 */
export function readCnnFlags(args: readonly string[]): Flags {
  const odd = others.find((name) => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)));
  if (odd)
    throw new RangeError(
      `--${odd} is a flag of the transformer (npm run finetune); add --help to see those of the network.`,
    );
  const epochs = args.some((arg) => /^--dataset(=|$)/.test(arg) && !arg.endsWith('=synthetic')) ? 50 : 2;
  return readFlags([...defaults, `--epochs=${epochs}`, ...args]);
}
