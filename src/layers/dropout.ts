import { TrainingError } from '../errors.js';
import type { Layer, LayerSetting } from './layersOf.js';

/** Layers that draw their mask with the seed that they have when they are called. */
const seeded = ['Dropout', 'SpatialDropout1D'];
/** Layers that draw random numbers which nobody can repeat. */
const unseeded = ['GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'RandomWidth'];

/**
 * Dropout that a seed repeats. tfjs-layers draws new masks that nobody can draw again, or, given a seed, the same mask in
 * every step; so each layer gets one that follows from the step's seed and its place in the model.
 */
export const dropoutSeeds = (layers: readonly Layer[], seed: number): LayerSetting[] =>
  layers
    .map((layer, place) => ({ layer, property: 'seed', value: `${seed}/${place}` }))
    .filter(({ layer }) => seeded.includes(layer.getClassName()));

/** Throws a TrainingError for layers that cannot be trained so that a seed repeats it, and for what the Trainer would leave out. */
export function checkLayers(layers: readonly Layer[]): void {
  for (const layer of layers) {
    const config = layer.getConfig();
    if (
      unseeded.includes(layer.getClassName()) ||
      Number(config['dropout']) > 0 ||
      Number(config['recurrentDropout']) > 0
    )
      throw new TrainingError(
        `Layer ${layer.name} (${layer.getClassName()}) draws random numbers that no seed repeats, and a run could not be ` +
          'resumed. Use a Dropout layer instead, or an augmentation of the Trainer.',
      );
    const constraint = Object.keys(config).find((key) => key.endsWith('Constraint') && config[key] != null);
    if (constraint)
      throw new TrainingError(
        `Layer ${layer.name} has a ${constraint}, which the Trainer does not apply after its steps; leave it out, or use a regularizer.`,
      );
  }
}
