import { expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { loadDataset, subset } from '../../src/datasets/index.js';
import { Trainer } from '../../src/train/index.js';
import { describeOnBackends } from '../support/backends.js';
import { describeWithShared, readGoldenJson, sharedPath } from '../support/golden.js';

interface GoldenSteps {
  log: { step: number; files: string[]; labels: number[]; learning_rate: number; loss: number; grad_norm: number }[];
  test: { files: string[]; logits: number[][]; accuracy: number };
}

const TOLERANCE = { loss: 0.005, gradNorm: 0.02, clips: 2 };

describeWithShared('the whole chain on real recordings', 'golden/esc10-small', () => {
  describeOnBackends(['onnxruntime'], 'decode, resample, features, model and AdamW', () => {
    it('give the losses, gradient norms and predictions of PyTorch over twenty steps', async () => {
      const golden = readGoldenJson('golden/esc10-small/steps.json') as GoldenSteps;
      const model = await ASTForAudioClassification.fromPretrained(sharedPath('golden/esc10-small'));
      const esc10 = await loadDataset(sharedPath('data/esc10'), { folds: [1, 2, 3, 4, 5] });
      expect(esc10.labels).toEqual(model.labels);
      const rows = new Map(Array.from({ length: esc10.length }, (_, i) => [esc10.idOf(i).split('/').at(-1)!, i]));
      const select = (files: string[]) =>
        subset(
          esc10,
          files.map((file) => rows.get(file)!),
        );
      const order = golden.log.flatMap(({ files }) => files);

      const trainer = new Trainer({
        model,
        extractor: new MelSpectrogramExtractor(model.extractorConfig),
        trainDataset: select(order),
        args: {
          numTrainEpochs: 1,
          shuffle: false,
          perDeviceTrainBatchSize: 16,
          perDeviceEvalBatchSize: 16,
          learningRate: 5e-4,
          weightDecay: 0.01,
          warmupSteps: 4,
        },
      });
      const { log } = await trainer.train();
      for (const [i, expected] of golden.log.entries()) {
        expect(log[i]!.learningRate).toBeCloseTo(expected.learning_rate, 12);
        expect(Math.abs(log[i]!.loss / expected.loss - 1), `loss of step ${i + 1}`).toBeLessThan(TOLERANCE.loss);
        expect(Math.abs(log[i]!.gradNorm / expected.grad_norm - 1), `norm of step ${i + 1}`).toBeLessThan(
          TOLERANCE.gradNorm,
        );
      }

      const { predictions, labels } = await trainer.predict(select(golden.test.files));
      const correct = predictions.filter((prediction, i) => prediction === labels[i]).length;
      expect(Math.abs(correct - golden.test.accuracy * labels.length)).toBeLessThanOrEqual(TOLERANCE.clips);
      const expected = golden.test.logits.map((row) => row.indexOf(Math.max(...row)));
      const different = predictions.filter((prediction, i) => prediction !== expected[i]).length;
      expect(different).toBeLessThanOrEqual(TOLERANCE.clips);
      model.dispose();
    });
  });
});
