import { CheckpointError, TrainingError } from '../../errors.js';
import { requireFiles } from '../checkpointDirectory.js';
import { differences, type RunDescription } from '../runDescription.js';
import type { FoldResult } from './types.js';

/** A run of cross-validation as its files know it. */
export interface CrossValidationRun {
  readonly name: string;
  readonly labels: readonly string[];
  readonly allFolds: readonly number[];
  /** What makes it this run: a file of another is not taken. */
  readonly description: RunDescription;
}

/** `fold-N.json`. */
interface FoldFile extends CrossValidationRun {
  readonly format: 1;
  readonly result: FoldResult;
}

const fileName = (fold: number): string => `fold-${fold}.json`;

/** Writes a fold's result, whole or not at all. */
export async function writeFold(directory: string, run: CrossValidationRun, result: FoldResult): Promise<void> {
  const files = requireFiles('outputDir');
  const { name, labels, allFolds, description } = run;
  const file: FoldFile = { format: 1, name, labels, allFolds, description, result };
  await files.writeFile(files.join(directory, fileName(result.fold)), [`${JSON.stringify(file)}\n`]);
}

/**
 * The results that there are, in no order.
 *
 * @throws {TrainingError} when one is of another run; names what differs
 * @throws {CheckpointError} when one is broken
 */
export async function readFolds(directory: string, run: CrossValidationRun): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  for (const [path, file] of await readFiles(directory)) {
    const differing = differences(
      { ...file.description, name: file.name, labels: file.labels.join(), folds: file.allFolds.join() },
      { ...run.description, name: run.name, labels: run.labels.join(), folds: run.allFolds.join() },
      'the file',
    );
    if (differing.length > 0)
      throw new TrainingError(
        `${path} is of another run: ${differing.join('; ')}. Choose another outputDir, or delete the file to train that fold anew.`,
      );
    results.push(file.result);
  }
  return results;
}

/**
 * All of a run that its directory holds.
 *
 * @throws {TrainingError} when there is no fold, or they are of different runs
 * @throws {CheckpointError} when a file is broken
 */
export async function readRun(directory: string): Promise<{ run: CrossValidationRun; results: FoldResult[] }> {
  const [first] = await readFiles(directory);
  if (!first) throw new TrainingError(`${directory} holds no result of crossValidate (${fileName(1)}, …).`);
  const [, run] = first;
  return { run, results: await readFolds(directory, run) };
}

async function readFiles(directory: string): Promise<[path: string, file: FoldFile][]> {
  const files = requireFiles('outputDir');
  if (!(await files.stat(directory))) return [];
  const names = (await files.list(directory)).filter((name) => /^fold-\d+\.json$/.test(name));
  return Promise.all(
    names.map(async (name): Promise<[string, FoldFile]> => {
      const path = files.join(directory, name);
      return [path, parse(path, new TextDecoder().decode(await files.readFile(path)))];
    }),
  );
}

function parse(path: string, text: string): FoldFile {
  let file: Partial<FoldFile>;
  try {
    file = JSON.parse(text) as Partial<FoldFile>;
  } catch (cause) {
    throw new CheckpointError(
      `${path} is broken: ${(cause as Error).message}. Delete it to train that fold anew.`,
      [],
      {
        cause,
      },
    );
  }
  if (file.format !== 1)
    throw new CheckpointError(
      `${path} has format ${file.format}, this version reads format 1: delete it to train that fold anew.`,
    );
  return file as FoldFile;
}
