import { platform } from '#platform';
import { CheckpointError, TrainingError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import { findDamage, writeManifest } from './checkpointManifest.js';

/** The checkpoints of a run in its `outputDir`. */
export interface CheckpointDirectory {
  /**
   * Makes the directory, deletes what broken-off runs left half done, and tries to write.
   *
   * @throws {TrainingError} when the directory cannot be written to
   */
  open(): Promise<void>;
  /** Whether there are checkpoints, whole or not. */
  isEmpty(): Promise<boolean>;
  /**
   * The newest checkpoint that is whole, or `undefined` where there is none at all. Tells of those that are broken.
   *
   * @throws {CheckpointError} when all are broken
   */
  newest(): Promise<string | undefined>;
  /**
   * A checkpoint of a step. `fill` writes its files to a directory of another name, which is renamed when all is on the disk.
   *
   * @throws {TrainingError} when it cannot be written; the checkpoints before it are as they were
   */
  write(step: number, fill: (directory: string) => Promise<void>): Promise<string>;
  /** Deletes the oldest beyond `limit`, none of the steps to keep. */
  deleteOldest(limit: number, keep: readonly (number | undefined)[]): Promise<void>;
  pathOf(step: number): string;
}

/** The files of the platform, for what needs them. */
export function requireFiles(what: string): FileSystem {
  if (!platform.files) throw new TrainingError(`${what} needs files, which a page does not have; leave it out.`);
  return platform.files;
}

/** @param onWarning told of checkpoints that are broken, or cannot be deleted */
export function checkpointDirectory(outputDir: string, onWarning: (message: string) => void): CheckpointDirectory {
  const files = requireFiles('outputDir');
  const pathOf = (step: number): string => files.join(outputDir, `checkpoint-${step}`);
  const list = async (): Promise<number[]> =>
    (await files.list(outputDir)).flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number);

  /** Under a name that says so first: what is half deleted must not look like a checkpoint. */
  const remove = async (path: string): Promise<void> => {
    const leftover = `${path}.tmp-old`;
    await files.remove(leftover);
    await files.renameDirectory(path, leftover);
    await files.remove(leftover);
  };

  return {
    pathOf,
    async open() {
      try {
        const probe = files.join(outputDir, 'checkpoint-0.tmp');
        await files.writeFile(files.join(probe, 'probe'), ['']);
        for (const name of await files.list(outputDir))
          if (/^checkpoint-\d+\.tmp/.test(name)) await files.remove(files.join(outputDir, name));
      } catch (cause) {
        throw new TrainingError(
          `outputDir: cannot write to ${outputDir}: ${(cause as Error).message}. Choose a directory that can be written to.`,
          { cause },
        );
      }
    },
    isEmpty: async () => (await list()).length === 0,
    async newest() {
      const steps = (await list()).sort((a, b) => b - a);
      const damages: string[] = [];
      for (const step of steps) {
        const damage = await findDamage(files, pathOf(step));
        if (damage === undefined) return pathOf(step);
        damages.push(`${pathOf(step)}: ${damage}`);
        onWarning(`ast-ts: ${pathOf(step)} is broken, ${damage}. The checkpoint before it is tried.`);
      }
      if (damages.length === 0) return undefined;
      throw new CheckpointError(
        `No checkpoint of ${outputDir} is whole; delete them to begin anew. ${damages.join('; ')}.`,
      );
    },
    async write(step, fill) {
      const path = pathOf(step);
      const temporary = `${path}.tmp`;
      try {
        await files.remove(temporary);
        await fill(temporary);
        await writeManifest(files, temporary);
        const replaced = `${path}.tmp-old`;
        if (await files.stat(path)) await files.renameDirectory(path, replaced);
        await files.renameDirectory(temporary, path);
        await files.remove(replaced);
        return path;
      } catch (cause) {
        await files.remove(temporary).catch(() => undefined); // on a disk that fails, the next run deletes it
        if (cause instanceof TrainingError) throw cause;
        const { message, code } = cause as Error & { code?: string };
        const full =
          code === 'ENOSPC' || code === 'EDQUOT' ? 'free space on the disk, or set saveTotalLimit; then' : '';
        throw new TrainingError(
          `The checkpoint of step ${step} cannot be written to ${outputDir}: ${message}. The checkpoints before it are whole, and the ` +
            `model in memory has the parameters of this step. To go on, ${full} call train({ resumeFromCheckpoint: true }).`,
          { cause },
        );
      }
    },
    async deleteOldest(limit, keep) {
      const steps = (await list()).sort((a, b) => a - b);
      const old = steps.filter((step) => !keep.includes(step));
      for (const step of old.slice(0, Math.max(0, steps.length - limit)))
        await remove(pathOf(step)).catch((error: Error) =>
          onWarning(`ast-ts: ${pathOf(step)} is beyond saveTotalLimit and cannot be deleted: ${error.message}.`),
        );
    },
  };
}
