/**
 * Fine-tunes an Audio Spectrogram Transformer to tell sounds apart, and reports how well it does.
 *
 *   npm run finetune                  synthetic sounds, a tiny new model: about a minute
 *   npm run finetune -- --dataset confit/esc50-demo --model MIT/ast-finetuned-audioset-10-10-0.4593     the real job
 *   npm run finetune -- --help
 */
import {
  ASTForAudioClassification,
  astPresets,
  explainer,
  MelSpectrogramExtractor,
  spectrogramMasking,
} from '../src/index.js';
import { main, runExperiment } from './support/experiment.js';
import { type Flags, maskedFrames, readFlags, usage } from './support/flags.js';

const finetune = (flags: Flags): Promise<void> =>
  runExperiment(flags, {
    name: flags.model,
    sampleRate: 16_000,
    format: 'Hugging Face layout',
    async makeModel(labels) {
      const model = await loadModel(flags, labels);
      const extractor = new MelSpectrogramExtractor(model.extractorConfig);
      const masking = { time: maskedFrames, extractorConfig: extractor.config };
      const augment = flags.masking ? spectrogramMasking(masking) : undefined;
      return { model, extractor, augment, explain: explainer(model) };
    },
  });

/** A new model of a size by name, or a checkpoint with a new last layer for these labels. */
async function loadModel({ model, maxLength, seed }: Flags, labels: readonly string[]) {
  if (Object.hasOwn(astPresets, model)) {
    const preset = astPresets[model as keyof typeof astPresets];
    return ASTForAudioClassification.fromConfig({ ...preset, maxLength }, { labels, seed });
  }
  return ASTForAudioClassification.fromPretrained(model, { labels, maxLength, seed });
}

const realJob = `
These were synthetic sounds, to show the whole way. The real job, on recordings (774 MB a fold) with the 87 M-parameter model:
  npm run finetune -- --dataset confit/esc50-demo --categories nature --model MIT/ast-finetuned-audioset-10-10-0.4593`;

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(usage);
  const flags = readFlags(args);
  await finetune(flags);
  if (flags.dataset === 'synthetic') console.log(realJob);
});
