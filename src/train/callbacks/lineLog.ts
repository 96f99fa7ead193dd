import { platform } from '#platform';
import { TrainingError } from '../../errors.js';
import type { FileSystem } from '../../platform/platform.js';
import type { StepLog, TrainerCallback, TrainerState } from '../callbacks.js';

type Evaluation = TrainerState['evaluations'][number];

/** How what happened becomes lines, without their ends. */
export interface LineFormat {
  /** First line of the file. */
  readonly header?: string;
  line(entry: StepLog | Evaluation): string;
}

/**
 * A callback that writes a line to a file for every step that is logged and every evaluation, each in one write. A run that
 * begins replaces the file; one that is resumed sets it back to what it was at the checkpoint.
 *
 * @throws {TrainingError} where there are no files
 */
export function lineLog(kind: string, path: string, { header, line }: LineFormat): TrainerCallback {
  const files = requireFiles(kind);
  let loggedSteps: number[] = [];
  const append = (entry: StepLog | Evaluation): Promise<void> => files.appendFile(path, `${line(entry)}\n`);
  const rewrite = (state: TrainerState): Promise<void> => {
    const logged = new Set(loggedSteps);
    const entries = [...state.log.filter(({ step }) => logged.has(step)), ...state.evaluations];
    const lines = [...(header === undefined ? [] : [header]), ...entries.sort((a, b) => a.step - b.step).map(line)];
    return files.writeFile(
      path,
      lines.map((text) => `${text}\n`),
    );
  };
  return {
    name: `${kind} ${path}`,
    onTrainBegin(state) {
      loggedSteps = state.log.map(({ step }) => step);
      return rewrite(state);
    },
    onLog(state) {
      const entry = state.log.at(-1)!;
      loggedSteps.push(entry.step);
      return append(entry);
    },
    onEvaluate: (state) => append(state.evaluations.at(-1)!),
    save: () => ({ json: loggedSteps }),
    restore({ json }, state) {
      loggedSteps = [...(json as number[])];
      return rewrite(state);
    },
  };
}

/** The file system; a TrainingError for a callback that needs one where there is none. */
export function requireFiles(kind: string): FileSystem {
  if (!platform.files)
    throw new TrainingError(
      `${kind} writes files, and a page has none; follow the run by a callback of your own with onLog and onEvaluate.`,
    );
  return platform.files;
}
