/**
 * Shows where a model listens, and checks whether that is so. On sounds made in code, in seconds: noise with one short tone, whose pitch
 * says the class.
 *
 *   npx tsx examples/explain.ts
 *
 * For recordings, load a trained model and take features = extractor.extract(await readAudio('dog.wav', { sampleRate: 16000 })).
 */
import {
  ASTForAudioClassification,
  astPresets,
  deletionCurve,
  explain,
  inMemoryDataset,
  MelSpectrogramExtractor,
  occlusionMap,
  type PatchMap,
  Trainer,
  useBackend,
} from '../src/index.js';
import { burstPitches, toneBursts } from './support/toneBursts.js';

const seconds = 0.96;
await useBackend('auto');
const labels = Object.keys(burstPitches);
const config = { ...astPresets.tiny, hiddenSize: 32, maxLength: 96, initializerRange: 0.2 };
const model = ASTForAudioClassification.fromConfig(config, { labels, seed: 1 });
const extractor = new MelSpectrogramExtractor(model.extractorConfig);
const trainDataset = inMemoryDataset(toneBursts(160, seconds, 1), labels);
const args = { numTrainEpochs: 12, learningRate: 5e-3, warmupRatio: 0.1, perDeviceTrainBatchSize: 16 };
await new Trainer({ model, extractor, trainDataset, args }).train();

const [{ waveform, label, burst }] = toneBursts(1, seconds, 2) as [ReturnType<typeof toneBursts>[number]];
const features = extractor.extract(waveform);
console.log(
  `A ${label} tone at ${burst.from.toFixed(2)} to ${burst.to.toFixed(2)} s, ${Math.round(burst.pitch)} Hz.\n`,
);

for (const method of ['relevance', 'rollout', 'last-block'] as const)
  await show(method, await explain(model, features, { method, ...(method === 'relevance' && { label }) }));
await show('occlusion', await occlusionMap(model, features, { label, windowSize: { frequency: 1, time: 1 } }));
model.dispose();

/** A row for each band, the highest on top, a column for each 0.16 s: the darker, the more weight. */
async function show(name: string, map: PatchMap): Promise<void> {
  const { area, randomArea } = await deletionCurve(model, features, map, { label });
  const most = Math.max(...map.weights);
  const rows = Array.from({ length: map.frequencies }, (_, band) =>
    map.weights
      .slice(band * map.times, (band + 1) * map.times)
      .map((weight) => '.-+*#'[Math.min(4, Math.max(0, Math.floor((5 * weight) / most)))])
      .join(' '),
  );
  console.log(`${name}\n${rows.reverse().join('\n')}`);
  console.log(`mean score while patches go: ${area.toFixed(3)}, at random ${randomArea.toFixed(3)}\n`);
}
