import type { BatchAugmentation, FeatureAugmentation } from './types.js';

/**
 * An augmentation of features as one of batches, for a place behind {@link mixup}: the authors of AST mask what they have
 * mixed. Targets stay.
 *
 * @example
 * ```ts
 * const batch = compose([mixup({ alpha: 10, p: 0.5, domain: 'power' }), perClip(spectrogramMasking())]);
 * ```
 */
export const perClip =
  (augmentation: FeatureAugmentation): BatchAugmentation =>
  (batch, random) =>
    batch.map(({ features, target }) => ({ features: augmentation(features, random), target }));
