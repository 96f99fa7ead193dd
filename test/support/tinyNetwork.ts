import * as tfl from '@tensorflow/tfjs-layers';
import { tinyConfig, tinyLabels } from './tinyModel.js';

const { maxLength: frames, numMelBins: bins } = tinyConfig;

/** A convolutional network for the inputs of {@link tinyData}, with one layer of each kind that needs care; the same weights each time. */
export function tinyNetwork({ dropout = 0.2, l2 = 0.01, shape = [frames, bins, 1] as tfl.Shape } = {}): tfl.Sequential {
  const { layers, initializers, regularizers } = tfl;
  const kernelInitializer = (seed: number) => initializers.glorotUniform({ seed });
  const kernelRegularizer = () => regularizers.l2({ l2 });
  return tfl.sequential({
    layers: [
      layers.conv2d({
        inputShape: shape,
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: kernelInitializer(1),
        kernelRegularizer: kernelRegularizer(),
      }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.maxPooling2d({ poolSize: 4 }),
      layers.dropout({ rate: dropout }),
      layers.flatten(),
      layers.dense({
        units: tinyLabels.length,
        activation: 'softmax',
        kernelInitializer: kernelInitializer(2),
        kernelRegularizer: kernelRegularizer(),
      }),
    ],
  });
}
