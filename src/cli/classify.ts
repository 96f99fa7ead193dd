import { platform } from '#platform';
import type { AudioClassification } from '../ast/index.js';
import { type BackendName, useBackend } from '../backends/index.js';
import { pipeline } from '../pipeline.js';

type Result = { file: string; classifications: AudioClassification[] } | { file: string; error: string };

/**
 * Prints the labels of each sound. One that cannot be read is told on standard error, and the others are classified.
 *
 * @returns 1 when a sound could not be read, else 0
 */
export async function classify(
  files: readonly string[],
  { model, topK, backend, json }: { model: string; topK: number; backend: string; json: boolean },
): Promise<number> {
  // Standard output is for results alone.
  await useBackend(backend as 'auto' | BackendName, { onSkip: (message) => void process.stderr.write(`${message}\n`) });
  const bar = await platform.openProgressBar();
  const results: Result[] = [];
  try {
    const pipe = await pipeline('audio-classification', model, {
      topK,
      onProgress: ({ file, loaded, total }) => bar?.update(loaded, total, file),
    });
    for (const [i, file] of files.entries()) {
      bar?.update(i, files.length, file);
      const result = await pipe(file).then(
        (classifications): Result => ({ file, classifications }),
        (error: Error): Result => ({ file, error: error.message }),
      );
      results.push(result);
      bar?.stop();
      if ('error' in result) process.stderr.write(`ast-ts: ${result.error}\n`);
      else if (!json) process.stdout.write(lines(result.classifications, file));
    }
  } finally {
    bar?.stop();
  }
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.some((result) => 'error' in result) ? 1 : 0;
}

/** A line a label, in columns that tabs part: file, score, label. */
const lines = (classifications: readonly AudioClassification[], file: string): string =>
  classifications.map(({ label, score }) => `${file}\t${score.toFixed(4)}\t${label}\n`).join('');
