import { CheckpointError, TrainingError } from '../errors.js';
import type { TrainerState } from './callbacks.js';
import { type CheckpointDirectory, requireFiles } from './checkpointDirectory.js';
import { findDamage } from './checkpointManifest.js';
import { readModel } from './checkpointTensors.js';
import type { EvaluationMetrics } from './evaluationMetrics.js';
import { disposeWeights, keepWeights, putWeights, type Weights } from './weights.js';

/** Remembers which evaluation was the best, and its parameters where the run is to end with them. */
export interface BestModel {
  onMetrics(metrics: EvaluationMetrics): void;
  /** Throws a TrainingError when the run was resumed where the best model of its first part is not. */
  check(): Promise<void>;
  /** Sets the model to the parameters of the best evaluation, when the run asked for that. */
  load(): Promise<void>;
  dispose(): void;
}

/** @param checkpoints where the best model is saved; without, it is kept in memory */
export function bestModel(state: TrainerState, checkpoints: CheckpointDirectory | undefined): BestModel {
  const { args, model } = state;
  const { metricForBestModel: metric, greaterIsBetter, loadBestModelAtEnd } = args;
  let kept: Weights | undefined;
  const dispose = (): void => {
    disposeWeights(kept);
    kept = undefined;
  };
  return {
    dispose,
    onMetrics(metrics) {
      const value = metrics[metric];
      const best = state.best?.value;
      if (Number.isNaN(value)) return;
      if (best !== undefined && !(greaterIsBetter ? value > best : value < best)) return;
      state.best = { step: state.step, metric, value };
      if (!loadBestModelAtEnd) return;
      if (checkpoints) state.shouldSave = true;
      else {
        dispose();
        kept = keepWeights(model);
      }
    },
    async check() {
      if (!loadBestModelAtEnd || !state.best) return;
      const path = checkpoints?.pathOf(state.best.step);
      if (path !== undefined && (await requireFiles('loadBestModelAtEnd').stat(path))) return;
      throw new TrainingError(
        `The best model so far is that of step ${state.best.step}, whose checkpoint is ${path ? `not in ${args.outputDir}` : 'looked for in outputDir'}; ` +
          'give the outputDir of the run that is resumed.',
      );
    },
    async load() {
      const { best } = state;
      if (!loadBestModelAtEnd || !best || best.step === state.step) return;
      if (!checkpoints) {
        putWeights(model, kept!);
        kept = undefined;
        return;
      }
      const files = requireFiles('loadBestModelAtEnd');
      const path = checkpoints.pathOf(best.step);
      const damage = (await files.stat(path)) ? await findDamage(files, path) : 'it is gone';
      if (damage !== undefined)
        throw new CheckpointError(
          `${path} of the best evaluation (${metric} ${best.value}) cannot be loaded: ${damage}. The model has the last parameters.`,
        );
      await readModel(files, path, model);
    },
  };
}
