import * as tf from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: Shape4D;
}

/**
 * The gradient of a convolution's filter, which the wasm backend lacks: without it no convolutional network could be trained
 * there. For each place of the filter, the part of the input that it sees, times the gradient of the output: plain products
 * of matrices, which the backend is fast at.
 *
 * @param x [batch, height, width, in]
 * @param dy [batch, outHeight, outWidth, out]
 * @returns [filterHeight, filterWidth, in, out]
 */
export function conv2DBackpropFilter(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: ConvolutionAttributes): tf.Tensor4D {
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attributes;
  if (dataFormat !== 'NHWC') throw new Error(`Conv2DBackpropFilter on wasm: expected NHWC, got ${dataFormat}.`);
  const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad as 'valid',
    dimRoundingMode,
  );
  const { top, bottom, left, right } = padInfo;
  return tf.tidy(() => {
    const [filterHeight, filterWidth, channels, filters] = filterShape;
    const padded = tf.pad4d(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const gradient = tf.reshape(dy, [-1, filters]) as tf.Tensor2D; // [batch · outHeight · outWidth, out]
    const places = Array.from({ length: filterHeight * filterWidth }, (_, place) => {
      const [row, column] = [Math.floor(place / filterWidth), place % filterWidth];
      const seen = tf.stridedSlice(
        padded,
        [0, row, column, 0],
        [x.shape[0], row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, channels],
        [1, strideHeight, strideWidth, 1],
      );
      const turned = tf.transpose(tf.reshape(seen, [-1, channels])); // the backend's own transposed product is slow
      return tf.matMul(turned as tf.Tensor2D, gradient); // [in, out]
    });
    return tf.reshape(tf.stack(places), filterShape);
  });
}
