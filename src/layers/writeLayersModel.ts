import { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { platform } from '#platform';
import type { FeatureExtractor } from '../audio/index.js';
import type { InputAxes } from './inputLayout.js';
import type { ProblemType } from './logits.js';

export const modelFile = 'model.json';
const weightsFile = 'weights.bin';

/** What is saved beside the network: in `userDefinedMetadata` of `model.json`. */
export interface LayersModelMetadata {
  readonly labels: readonly string[];
  readonly problemType: ProblemType;
  readonly inputAxes: InputAxes;
  readonly extractorConfig: FeatureExtractor['config'];
}

/** Writes a model in the format of tfjs-layers. Throws an Error in a browser, which has no files. */
export async function writeLayersModel(
  model: LayersModel,
  directory: string,
  metadata: LayersModelMetadata,
): Promise<void> {
  const { files } = platform;
  if (!files) throw new Error('savePretrained writes files, and a browser has none: use layersModel.save(…).');
  const handler = io.withSaveHandler(async (artifacts) => {
    const { weightData = [], weightSpecs = [], userDefinedMetadata, ...network } = artifacts;
    const weights = Array.isArray(weightData) ? weightData : [weightData];
    const json = {
      ...network,
      userDefinedMetadata: { ...userDefinedMetadata, ...metadata },
      weightsManifest: [{ paths: [weightsFile], weights: weightSpecs }],
    };
    await files.writeFile(
      files.join(directory, weightsFile),
      weights.map((buffer) => new Uint8Array(buffer)),
    );
    await files.writeFile(files.join(directory, modelFile), [`${JSON.stringify(json, null, 2)}\n`]);
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
}
