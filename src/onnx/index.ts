export { encodeModel } from './encodeModel.js';
export { type EncodedFile, encodeModelFile, type Initializer, type ModelFile } from './encodeModelFile.js';
export {
  type Attributes,
  chain,
  type ElementType,
  type Graph,
  microsoftNode,
  type Node,
  node,
  type Step,
} from './graph.js';
