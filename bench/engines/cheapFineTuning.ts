/** Fine-tunes `small` on a fold of ESC-10 by one method, and tests it on another. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASTForAudioClassification, trainableParameters } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { embedDataset, Trainer } from '../../src/train/index.js';
import { loadEsc10, smallConfig } from '../cheap/esc10.js';
import { methods } from '../cheap/methods.js';
import { serve } from './serve.js';

interface Task {
  method: string;
  checkpoint: string;
  epochs: number;
  seed: number;
}

await serve(async ({ method: name, checkpoint, epochs, seed }: Task) => {
  await useBackend('onnxruntime');
  const method = methods[name]!;
  const { training, test, extractor } = await loadEsc10();
  const options = { labels: training.labels, seed };
  const model = method.isNew
    ? ASTForAudioClassification.fromConfig(smallConfig, options)
    : await ASTForAudioClassification.fromPretrained(checkpoint, options);
  return {
    async run() {
      const trained = method.apply(model);
      const begun = performance.now();
      const [trainDataset, evalDataset] = method.onEmbeddings
        ? [await embedDataset(model, extractor, training), await embedDataset(model, extractor, test)]
        : [training, test];
      const embedding = method.onEmbeddings ? (performance.now() - begun) / 1000 / (training.length + test.length) : 0;
      const trainer = new Trainer({
        model: trained,
        extractor,
        trainDataset,
        evalDataset,
        args: {
          numTrainEpochs: epochs,
          learningRate: method.learningRate,
          warmupRatio: 0.1,
          weightDecay: 0.01,
          evalStrategy: 'no',
          seed,
          disableProgress: true,
        },
      });
      const { log } = await trainer.train();
      const { evalAccuracy } = await trainer.evaluate();
      const counts = trainableParameters(trained);
      const total = trainableParameters(model).total;
      // main.ts reads them in this order.
      return [
        counts.trained,
        total,
        1 / log.at(-1)!.samplesPerSecond,
        embedding,
        await savedBytes(trainer),
        evalAccuracy,
      ];
    },
  };
});

async function savedBytes(trainer: Trainer): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  try {
    await trainer.saveModel(directory);
    const sizes = readdirSync(directory).map((file) => statSync(join(directory, file)).size);
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
