import type { ASTForAudioClassification } from '../model.js';

/** A model that can be adapted: an {@link ASTForAudioClassification}, or what `addLora` or `patchout` made of one. */
export type AdaptableModel = Pick<
  ASTForAudioClassification,
  'labels' | 'config' | 'parameters' | 'forward' | 'savePretrained'
>;
