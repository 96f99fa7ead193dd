import { expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { type SchedulerType, Trainer } from '../../src/train/index.js';
import { describeOnEveryBackend } from '../support/backends.js';
import { fixedInputs } from '../support/fixedInputs.js';
import { describeWithShared, readGolden, readGoldenJson, relativeError, sharedPath } from '../support/golden.js';

/** Largest difference, relative to the largest value of the tensor. */
const TOLERANCE = 1e-4;

interface GoldenRun {
  hyperparameters: {
    learning_rate: number;
    weight_decay: number;
    warmup_steps: number;
    gradient_accumulation_steps: number;
    batch_size: number;
  };
  log: { step: number; loss: number; grad_norm: number; learning_rate: number }[];
}

describeWithShared('eight steps of the Trainer', 'golden/trainer', () => {
  describeOnEveryBackend('equal those of the Hugging Face Trainer', (backend) => {
    const schedules: SchedulerType[] = ['linear', 'cosine', 'constant_with_warmup'];
    // Without a GPU a step takes long: fewer of them, and all eight in a page (test/backends/webgpuPage.test.ts).
    it.each(backend === 'webgpu' ? ['linear' as const] : schedules)('with the schedule %s', async (schedule) => {
      const golden = readGolden(`golden/trainer/${schedule}.safetensors`);
      const { hyperparameters, log } = readGoldenJson(`golden/trainer/${schedule}.json`) as GoldenRun;
      const steps = backend === 'webgpu' ? 1 : log.length;
      const model = await ASTForAudioClassification.fromPretrained(sharedPath('golden/ast-tiny'));
      const trainer = new Trainer({
        model,
        callbacks: [{ onStepEnd: (state) => void (state.shouldStop = state.step === steps) }],
        ...fixedInputs(golden.get('input_values')!, golden.get('labels')!, model.labels),
        args: {
          numTrainEpochs: 1,
          shuffle: false,
          lrSchedulerType: schedule,
          learningRate: hyperparameters.learning_rate,
          weightDecay: hyperparameters.weight_decay,
          warmupSteps: hyperparameters.warmup_steps,
          gradientAccumulationSteps: hyperparameters.gradient_accumulation_steps,
          perDeviceTrainBatchSize: hyperparameters.batch_size,
        },
      });
      const result = await trainer.train();

      expect(result.log).toHaveLength(steps);
      for (const [i, { loss, grad_norm, learning_rate }] of log.slice(0, steps).entries()) {
        const step = result.log[i]!;
        expect(step.learningRate).toBeCloseTo(learning_rate, 12);
        expect(Math.abs(step.loss / loss - 1), `loss of step ${i + 1}`).toBeLessThan(TOLERANCE);
        expect(Math.abs(step.gradNorm / grad_norm - 1), `norm of step ${i + 1}`).toBeLessThan(TOLERANCE);
      }
      for (const [name, parameter] of steps < log.length ? [] : model.parameters())
        expect(relativeError(await parameter.data(), golden.get(`final.${name}`)!.data), name).toBeLessThan(
          // The gradient of a key bias is zero but for rounding noise, which AdamW scales up to steps of its own size.
          name.endsWith('key.bias') ? 1e-2 : TOLERANCE,
        );
      model.dispose();
    });
  });
});
