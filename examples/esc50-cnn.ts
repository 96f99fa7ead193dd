/**
 * Trains the convolutional network of the classic ESC-50 tutorial, with TensorFlow.js' layers and librosa's features, and
 * reports how well it does: as examples/esc50-finetune.ts does, so that the two stand side by side.
 *
 *   npx tsx examples/esc50-cnn.ts                                    synthetic sounds: a minute
 *   npx tsx examples/esc50-cnn.ts --dataset confit/esc50-demo        the real job
 *   npx tsx examples/esc50-cnn.ts --help
 */
import { LogMelExtractor } from '../src/index.js';
import { fromLayersModel } from '../src/layers/index.js';
import { tutorialCnn } from './support/cnn.js';
import { readCnnFlags, usage } from './support/cnnFlags.js';
import { main, runExperiment } from './support/experiment.js';

// -80 to 0 dB below the loudest of each clip, about [-2, 2] for the network.
const extractor = new LogMelExtractor({ ref: 'max', doNormalize: true, mean: -40, std: 20 });
const { samplingRate, numMelBins, maxLength } = extractor.config;

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(usage);
  const flags = readCnnFlags(args);
  await runExperiment(flags, {
    name: 'CNN',
    sampleRate: samplingRate,
    format: 'as tf.loadLayersModel reads it',
    async makeModel(labels) {
      const network = tutorialCnn([numMelBins, maxLength], labels.length, flags.seed);
      const model = fromLayersModel(network, { labels, inputAxes: 'bins-frames', extractorConfig: extractor.config });
      return { model, extractor };
    },
  });
});
