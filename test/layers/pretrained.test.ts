import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { CheckpointError } from '../../src/errors.js';
import { fromLayersModel, layersModelFromPretrained } from '../../src/layers/index.js';
import { Trainer } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyData, tinyLabels } from '../support/tinyModel.js';
import { tinyNetwork } from '../support/tinyNetwork.js';

const inputs = () => tf.reshape(tf.linspace(0, 1, 2 * 24 * 16), [2, 24, 16]) as tf.Tensor3D;
const logitsOf = (model: ReturnType<typeof fromLayersModel>) =>
  tf.tidy(() => [...model.forward(inputs(), { training: false }).logits.dataSync()]);

/** A trained model's directory, and what it says of {@link inputs}. */
async function saved() {
  const model = fromLayersModel(tinyNetwork(), { labels: tinyLabels });
  const trainer = new Trainer({ model, ...tinyData(), args: { numTrainEpochs: 1 } });
  await trainer.train();
  const directory = temporaryDirectory();
  await trainer.saveModel(directory);
  const logits = logitsOf(model);
  model.dispose();
  return { directory, logits };
}

describe('a saved LayersModel', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('is loaded as it was, moving averages included, and leaves no tensor behind', async () => {
    const { directory, logits } = await saved();
    expect(readdirSync(directory).sort()).toEqual(['model.json', 'weights.bin']);
    const left = await tensorsLeft(async () => {
      const model = await layersModelFromPretrained(directory);
      expect(model.labels).toEqual(tinyLabels);
      expect(logitsOf(model)).toEqual(logits);
      expect([...model.parameters().keys()]).toContain('batch_normalization_1/moving_mean');
      model.dispose();
    });
    expect(left).toBe(0);
  });

  it('is in the format of tfjs-layers, softmax included', async () => {
    const { directory, logits } = await saved();
    const json = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8'));
    const bytes = readFileSync(join(directory, 'weights.bin'));
    const network = await tfl.loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: new Uint8Array(bytes).buffer,
      }),
    });
    const probabilities = tf.tidy(() => [...(network.predict(tf.expandDims(inputs(), -1)) as tf.Tensor).dataSync()]);
    const expected = tf.tidy(() => [...tf.softmax(tf.tensor2d(logits, [2, 3])).dataSync()]);
    for (const [i, probability] of probabilities.entries()) expect(probability).toBeCloseTo(expected[i]!, 6);
    network.dispose();
  });

  it('keeps what it was trained for', async () => {
    const network = tinyNetwork({ shape: [16, 24, 1] });
    network.setUserDefinedMetadata({ author: 'me' });
    const extractorConfig = { maxLength: 24 } as never;
    const directory = temporaryDirectory();
    await fromLayersModel(network, { labels: tinyLabels, inputAxes: 'bins-frames', extractorConfig }).savePretrained(
      directory,
    );
    const json = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8'));
    expect(json.userDefinedMetadata).toEqual({
      author: 'me',
      labels: tinyLabels,
      problemType: 'single_label_classification',
      inputAxes: 'bins-frames',
      extractorConfig: { maxLength: 24 },
    });
    const model = await layersModelFromPretrained(directory);
    expect(model.extractorConfig).toEqual({ maxLength: 24 });
    expect(logitsOf(model)).toHaveLength(6);
  });

  it('is refused where something is missing or broken, with its name', async () => {
    const { directory } = await saved();
    const file = join(directory, 'model.json');
    const json = JSON.parse(readFileSync(file, 'utf8'));
    const failure = (content: object): Promise<Error> => {
      writeFileSync(file, JSON.stringify(content));
      return layersModelFromPretrained(directory).catch((error: Error) => error) as Promise<Error>;
    };
    const unlabelled = await failure({ ...json, userDefinedMetadata: undefined });
    expect(unlabelled).toBeInstanceOf(CheckpointError);
    expect(unlabelled.message).toContain('has no labels; pass { labels');
    expect((await failure({ ...json, weightsManifest: 'weights.bin' })).message).toContain("key 'weightsManifest'");
    const [first] = json.weightsManifest;
    const incomplete = { ...json, weightsManifest: [{ ...first, weights: first.weights.slice(0, -1) }] };
    expect((await failure(incomplete)).message).toMatch(/the model cannot be loaded: 1 of 8 weights are not set/);
    writeFileSync(file, JSON.stringify({ ...json, userDefinedMetadata: undefined }));
    const given = await layersModelFromPretrained(directory, { labels: ['a', 'b', 'c'] });
    expect(given.labels).toEqual(['a', 'b', 'c']);
  });
});
