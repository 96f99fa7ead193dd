import type { ASTForAudioClassification } from '../ast/index.js';

/** A label by its name or its index. */
export type Label = string | number;

/** The index of a label. @throws {RangeError} when the model has no such label */
export function indexOfLabel({ labels }: ASTForAudioClassification, label: Label): number {
  const index = typeof label === 'string' ? labels.indexOf(label) : label;
  if (Number.isInteger(index) && index >= 0 && index < labels.length) return index;
  throw new RangeError(
    `The model has no label ${JSON.stringify(label)}; expected an index below ${labels.length}, or one of ` +
      `${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ', …' : ''}.`,
  );
}

/** The index of the largest score. */
export const bestOf = (scores: ArrayLike<number>): number =>
  Array.from(scores).reduce((best, score, index, all) => (score > all[best]! ? index : best), 0);

/**
 * @throws {TypeError} unless it is a model whose attention can be looked into. What `patchout` and `addLora` give is not, but the model
 * that they were given is.
 */
export function expectModel(model: ASTForAudioClassification): void {
  if (typeof model?.stages === 'function') return;
  throw new TypeError(
    'Expected an ASTForAudioClassification to explain. Give the model that patchout or addLora was given: without training, the first ' +
      'changes nothing, and the second is on the model itself.',
  );
}
