import { CheckpointError, TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import { type CheckpointDirectory, requireFiles } from './checkpointDirectory.js';
import { findDamage } from './checkpointManifest.js';

/**
 * The directory of the checkpoint that a run goes on from; `undefined` for one that begins.
 *
 * @throws {TrainingError} when a run is to begin where another has checkpoints, or to go on without a place to look
 * @throws {CheckpointError} when the checkpoint that was asked for is broken, or all are
 */
export async function chooseCheckpoint(
  resumeFrom: boolean | string,
  checkpoints: CheckpointDirectory | undefined,
  { outputDir, overwriteOutputDir }: TrainingArguments,
  onWarning: (message: string) => void,
): Promise<string | undefined> {
  if (typeof resumeFrom === 'string') {
    const damage = await findDamage(requireFiles('resumeFromCheckpoint'), resumeFrom);
    if (damage === undefined) return resumeFrom;
    throw new CheckpointError(
      `${resumeFrom} cannot be resumed from: ${damage}. Name another checkpoint-STEP, or pass true for the newest that is whole.`,
    );
  }
  if (resumeFrom) {
    if (!checkpoints)
      throw new TrainingError(
        'resumeFromCheckpoint: true looks in outputDir, which is not given; give it, or the directory of a checkpoint.',
      );
    const newest = await checkpoints.newest();
    if (newest === undefined) onWarning(`ast-ts: ${outputDir} has no checkpoint yet; training begins.`);
    return newest;
  }
  if (!checkpoints || (await checkpoints.isEmpty())) return undefined;
  if (!overwriteOutputDir)
    throw new TrainingError(
      `${outputDir} has the checkpoints of another run. Go on with it by train({ resumeFromCheckpoint: true }), choose another ` +
        'outputDir, or pass args { overwriteOutputDir: true } to delete them.',
    );
  await checkpoints.deleteOldest(0, []);
  return undefined;
}
