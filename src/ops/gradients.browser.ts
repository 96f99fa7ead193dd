// The gradients of TensorFlow.js' operations, without the rest of tfjs-layers.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
