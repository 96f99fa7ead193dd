/**
 * A callback of one's own: it looks at the class that does worst, saves the model when that one gets better, and ends the run
 * when all are good. It remembers what it saw in checkpoints. On synthetic sounds, in seconds:
 *
 *   npx tsx examples/custom-callback.ts [directory]      where the checkpoints go (default runs/custom-callback)
 */
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  astPresets,
  classificationReport,
  MelSpectrogramExtractor,
  syntheticDataset,
  Trainer,
  type TrainerCallback,
  useBackend,
} from '../src/index.js';

function worstClass(enough: number): TrainerCallback {
  let best = 0;
  return {
    name: 'worst class', // in messages, and in checkpoints
    async onEvaluate(state) {
      const { labels, predictions } = await trainer.predict();
      const { classes } = classificationReport(labels, predictions, { targetNames: evalDataset.labels });
      const { name, recall } = classes.reduce((a, b) => (b.recall < a.recall ? b : a));
      console.log(`step ${state.step}: ${name} is found least, ${(100 * recall).toFixed(0)} % of its clips`);
      if (recall > best) state.shouldSave = true;
      if (recall >= enough) state.shouldStop = true;
      best = Math.max(best, recall);
    },
    onSave: (_, directory) => console.log(`  saved as ${directory}`),
    onTrainEnd: ({ step, totalSteps }) => console.log(`ended after ${step} of at most ${totalSteps} steps`),
    save: () => ({ json: { best } }),
    restore({ json }) {
      ({ best } = json as { best: number });
    },
  };
}

await useBackend('auto');
const sounds = { clipsPerClass: 20, seconds: 1 };
const trainDataset = syntheticDataset({ ...sounds, folds: [2, 3, 4, 5] });
const evalDataset = syntheticDataset({ ...sounds, folds: [1] });
const model = ASTForAudioClassification.fromConfig(
  { ...astPresets.tiny, maxLength: 96 },
  { labels: trainDataset.labels },
);
const trainer = new Trainer({
  model,
  extractor: new MelSpectrogramExtractor(model.extractorConfig),
  trainDataset,
  evalDataset,
  callbacks: [worstClass(0.75)],
  args: {
    numTrainEpochs: 30,
    learningRate: 2e-3,
    warmupRatio: 0.05,
    outputDir: process.argv[2] ?? join('runs', 'custom-callback'),
    overwriteOutputDir: true, // each run of this program is a new one
    saveStrategy: 'no', // the callback's task
  },
});
await trainer.train();
model.dispose();
