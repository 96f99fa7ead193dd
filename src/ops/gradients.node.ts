// TensorFlow.js registers the gradients of its operations in a module that Node cannot import by itself (an ES module
// without extensions in a CommonJS package). tfjs-layers brings it along in its build for Node.
import '@tensorflow/tfjs-layers';
