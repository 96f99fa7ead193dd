import { platform } from '#platform';
import { ASTForAudioClassification } from '../ast/index.js';
import { useBackend } from '../backends/index.js';
import { exportOnnx, type OnnxDtype } from '../export/index.js';
import { UsageError } from './usageError.js';

/**
 * Writes a checkpoint for ONNX Runtime and transformers.js, and prints the files with their bytes.
 *
 * @param dtype number formats with commas between them
 * @param maxLength frames of the window, where it is to be other than the checkpoint's
 */
export async function exportModel(
  model: string,
  directory: string,
  { dtype, maxLength, json }: { dtype: string; maxLength: string | undefined; json: boolean },
): Promise<number> {
  const dtypes = dtype.split(',').map((name): OnnxDtype => {
    if (name !== 'fp32' && name !== 'int8') throw new UsageError(`--dtype expects fp32, int8 or both, got '${dtype}'.`);
    return name;
  });
  const frames = maxLength === undefined ? undefined : Number(maxLength);
  if (frames !== undefined && (!Number.isSafeInteger(frames) || frames < 1))
    throw new UsageError(`--max-length expects a positive integer, got '${maxLength}'.`);
  await useBackend('auto', { onSkip: (message) => void process.stderr.write(`${message}\n`) });
  const bar = await platform.openProgressBar();
  try {
    const loaded = await ASTForAudioClassification.fromPretrained(model, {
      ...(frames !== undefined && { maxLength: frames }),
      onProgress: ({ file, loaded: done, total }) => bar?.update(done, total, file),
    });
    bar?.update(0, 1, directory);
    const files = await exportOnnx(loaded, directory, { dtype: dtypes });
    bar?.stop();
    if (json) process.stdout.write(`${JSON.stringify({ directory, files }, null, 2)}\n`);
    else process.stdout.write(files.map(({ path, size }) => `${directory}/${path}\t${size}\n`).join(''));
    loaded.dispose();
    return 0;
  } finally {
    bar?.stop();
  }
}
