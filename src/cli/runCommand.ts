import { parseArgs } from 'node:util';
import { version } from '../version.js';
import { classify } from './classify.js';
import { exportModel } from './export.js';
import { inspectModel } from './inspectModel.js';
import { UsageError } from './usageError.js';

const usage = `Usage:
  ast-ts classify FILE…       the labels of sounds: paths or URLs
    --model ID                a directory, an id on the Hub or a URL
                              (default: MIT/ast-finetuned-audioset-10-10-0.4593)
    --top-k N                 labels a sound, best first (default: 5)
    --backend NAME            what computes: auto, onnxruntime, wasm, … (default: auto)
    --json                    print [{ file, classifications: [{ label, score }] } or { file, error }]
  ast-ts inspect-model ID     sizes, labels and feature settings of a checkpoint, and whether its tensors fit
    --json                    print them as an object
  ast-ts export ID DIRECTORY  a checkpoint as ONNX files, for ONNX Runtime and transformers.js
    --dtype NAMES             fp32, int8 or fp32,int8 (default: fp32)
    --max-length N            frames of the window, 100 a second (default: the checkpoint's)
    --json                    print { directory, files: [{ path, size }] }
  ast-ts --help, ast-ts --version

Results go to standard output, progress and errors to standard error.
Exit codes: 0 all done, 1 something failed, 2 the command line is wrong.
`;

const json = { type: 'boolean', default: false } as const;

const commands: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  classify(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        model: { type: 'string', default: 'MIT/ast-finetuned-audioset-10-10-0.4593' },
        'top-k': { type: 'string', default: '5' },
        backend: { type: 'string', default: 'auto' },
        json,
      },
    });
    if (positionals.length === 0) throw new UsageError('classify expects one sound or more, got none.');
    const topK = Number(values['top-k']);
    if (!Number.isSafeInteger(topK) || topK < 1)
      throw new UsageError(`--top-k expects a positive integer, got '${values['top-k']}'.`);
    return classify(positionals, { ...values, topK });
  },
  'inspect-model'(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json } });
    const [model, ...others] = positionals;
    if (model === undefined || others.length > 0)
      throw new UsageError(`inspect-model expects one checkpoint, got ${positionals.length}.`);
    return inspectModel(model, values);
  },
  export(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { dtype: { type: 'string', default: 'fp32' }, 'max-length': { type: 'string' }, json },
    });
    const [model, directory, ...others] = positionals;
    if (model === undefined || directory === undefined || others.length > 0)
      throw new UsageError(`export expects a checkpoint and a directory, got ${positionals.length} of them.`);
    return exportModel(model, directory, { ...values, maxLength: values['max-length'] });
  },
};

/**
 * Runs `ast-ts` with these arguments.
 *
 * @returns the exit code: 0 all done, 1 something failed, 2 the command line is wrong
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '--version') {
    process.stdout.write(name === '--help' ? usage : `${version}\n`);
    return 0;
  }
  try {
    const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command)
      throw new UsageError(`Expected a command of ${Object.keys(commands).join(', ')}, got ${name ?? 'none'}.`);
    return await command(rest);
  } catch (error) {
    const isUsage = error instanceof UsageError || isParseError(error);
    process.stderr.write(`ast-ts: ${(error as Error).message}\n${isUsage ? 'See ast-ts --help.\n' : ''}`);
    return isUsage ? 2 : 1;
  }
}

const isParseError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
