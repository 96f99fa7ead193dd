import { initializers, type LayersModel, layers, regularizers, sequential } from '@tensorflow/tfjs-layers';

/**
 * The convolutional network of the classic ESC-50 tutorial: three blocks of 32, 64 and 128 filters of 3 x 3, each with
 * batch normalisation, max pooling and dropout, and a softmax over the classes. L2 0.001 on all kernels.
 *
 * @param shape of a spectrogram, [bins, frames], 128 x 215 there
 */
export function tutorialCnn([bins, frames]: readonly [number, number], numLabels: number, seed: number): LayersModel {
  const kernel = (place: number) => ({
    kernelInitializer: initializers.glorotUniform({ seed: seed + place }),
    kernelRegularizer: regularizers.l2({ l2: 0.001 }),
  });
  const block = (filters: number, place: number) => [
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      ...kernel(place),
      ...(place === 0 && { inputShape: [bins, frames, 1] }),
    }),
    // Averages of the last ten batches instead of Keras' hundred, so that a short run has them too.
    layers.batchNormalization({ momentum: 0.9 }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout({ rate: 0.2 }),
  ];
  return sequential({
    layers: [
      ...[32, 64, 128].flatMap(block),
      layers.flatten(),
      layers.dense({ units: numLabels, activation: 'softmax', ...kernel(3) }),
    ],
  });
}
