// Optional peers that need not be installed to build: imported for their effect of registering a backend.
declare module '@tensorflow/tfjs-node';
declare module '@tensorflow/tfjs-node-gpu';
