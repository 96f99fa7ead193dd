/**
 * Models of [tfjs-layers](https://js.tensorflow.org/api/latest/#Models) for the Trainer. A part of its own, so that pages
 * which do not use tfjs-layers do not load it.
 *
 * @packageDocumentation
 */
export { fromLayersModel, type LayersModelOptions, type TrainableLayersModel } from './fromLayersModel.js';
export { layersModelFromPretrained, type PretrainedLayersModelOptions } from './pretrained.js';
