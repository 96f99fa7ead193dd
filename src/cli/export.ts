import { platform } from '#platform';
import { ASTForAudioClassification } from '../ast/index.js';
import { exportOnnx, type OnnxDtype } from '../export/index.js';
import { defineCommand } from './command.js';
import { integer, printJson, sharedOptions, startBackend } from './options.js';
import { UsageError } from './usageError.js';

export const exportModel = defineCommand({
  name: 'export',
  operands: 'ID DIRECTORY',
  summary: 'A checkpoint as ONNX files, for ONNX Runtime and transformers.js.',
  options: {
    dtype: { type: 'string', value: 'NAMES', default: 'fp32', help: 'fp32, int8 or fp32,int8' },
    'max-length': {
      type: 'string',
      value: 'N',
      help: "frames of the window, 100 a second (default: the checkpoint's)",
    },
    json: sharedOptions.json,
  },
  notes:
    'ID is a directory, an id on the Hub or a URL. Prints the files with their bytes; as JSON, { directory, files: [{ path, size }] }.',
  async run(operands, { dtype, 'max-length': maxLength, json }) {
    const [model, directory, ...others] = operands;
    if (model === undefined || directory === undefined || others.length > 0)
      throw new UsageError(`export expects a checkpoint and a directory, got ${operands.length} of them.`);
    const settings = {
      dtype: dtype.split(',').map(toDtype),
      ...(maxLength !== undefined && { maxLength: integer('max-length', maxLength, 1) }),
    };
    const files = await writeOnnx(model, directory, settings);
    if (json) printJson({ directory, files });
    else process.stdout.write(files.map(({ path, size }) => `${directory}/${path}\t${size}\n`).join(''));
    return 0;
  },
});

async function writeOnnx(
  id: string,
  directory: string,
  { dtype, ...loading }: { dtype: OnnxDtype[]; maxLength?: number },
): ReturnType<typeof exportOnnx> {
  await startBackend({ backend: 'auto', threads: undefined });
  const bar = await platform.openProgressBar();
  try {
    const model = await ASTForAudioClassification.fromPretrained(id, {
      ...loading,
      onProgress: ({ file, loaded, total }) => bar?.update(loaded, total, file),
    });
    bar?.update(0, 1, directory);
    return await exportOnnx(model, directory, { dtype }).finally(() => model.dispose());
  } finally {
    bar?.stop();
  }
}

function toDtype(name: string): OnnxDtype {
  if (name === 'fp32' || name === 'int8') return name;
  throw new UsageError(`--dtype expects fp32, int8 or both, got '${name}'.`);
}
