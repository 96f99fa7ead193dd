import {
  type ASTForAudioClassification,
  addLora,
  bitFit,
  classifierHead,
  freeze,
  patchout,
} from '../../src/ast/index.js';
import type { TrainableModel } from '../../src/train/index.js';

/** A way to fine-tune a model. */
export interface Method {
  readonly title: string;
  /** Peak rate for `small`: the less is trained, the higher. Not tuned. */
  readonly learningRate: number;
  /** Begins with new weights, to see what the checkpoint is worth. */
  readonly isNew?: boolean;
  /** Trains on what the encoder made of each clip once. */
  readonly onEmbeddings?: boolean;
  /** What the Trainer is given. */
  apply(model: ASTForAudioClassification): TrainableModel;
}

/** By the names of the command line, in the order of the table. */
export const methods: Readonly<Record<string, Method>> = {
  scratch: { title: 'everything, from new weights', learningRate: 5e-4, isNew: true, apply: (model) => model },
  full: { title: 'everything', learningRate: 3e-4, apply: (model) => model },
  half: {
    title: 'upper half: `freeze(model, { blocks: half })`',
    learningRate: 3e-4,
    apply(model) {
      freeze(model, { blocks: model.config.numHiddenLayers / 2 });
      return model;
    },
  },
  frozen: {
    title: 'head: `freeze(model)`',
    learningRate: 3e-3,
    apply(model) {
      freeze(model);
      return model;
    },
  },
  head: {
    title: 'head on embeddings: `classifierHead(model)`',
    learningRate: 3e-3,
    onEmbeddings: true,
    apply: classifierHead,
  },
  lora: { title: 'LoRA, rank 8: `addLora(model)`', learningRate: 3e-3, apply: (model) => addLora(model) },
  bitFit: {
    title: 'BitFit: `bitFit(model)`',
    learningRate: 3e-3,
    apply(model) {
      bitFit(model);
      return model;
    },
  },
  patchout: {
    title: 'everything, Patchout of a third of time and frequency',
    learningRate: 3e-4,
    apply: (model) => patchout(model, thirdOf(model)),
  },
};

function thirdOf({ config }: ASTForAudioClassification): { time: number; frequency: number } {
  const third = (length: number, stride: number) => Math.round(((length - config.patchSize) / stride + 1) / 3);
  return {
    time: third(config.maxLength, config.timeStride),
    frequency: third(config.numMelBins, config.frequencyStride),
  };
}
