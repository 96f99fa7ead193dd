import * as tf from '@tensorflow/tfjs-core';
import type { ASTForAudioClassification } from '../ast/index.js';
import type { MelSpectrogram } from '../audio/index.js';
import { requireBackend, stackSpectrograms } from '../ops/index.js';
import { bestOf, expectModel, indexOfLabel, type Label } from './labels.js';

/** What both ways of hiding patches take. */
export interface ScoreOptions {
  /** Whose score is watched, by name or index. Default: the one predicted for the whole sound. */
  readonly label?: Label;
  /**
   * `'score'`: the label's probability, by softmax or sigmoid as the model was trained; `'logit'`: what it is before, which still tells
   * where the probability is next to 1. Default `'score'`.
   */
  readonly output?: 'score' | 'logit';
  /** Variants of the sound that go through the model together. Default 8. */
  readonly batchSize?: number;
}

/** A label of a sound, with its score, and how to score variants of the sound. */
export interface LabelScorer {
  readonly label: number;
  /** Of the whole sound. */
  readonly score: number;
  /** Of variants, made when their turn comes. */
  scoresOf(count: number, variant: (index: number) => MelSpectrogram): Promise<number[]>;
}

/** @throws {RangeError} when an option is out of range, the model has no such label, or features are of another shape */
export async function labelScorer(
  model: ASTForAudioClassification,
  features: MelSpectrogram,
  { label, output = 'score', batchSize = 8 }: ScoreOptions,
): Promise<LabelScorer> {
  requireBackend();
  expectModel(model);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`Expected batchSize to be a positive integer, got ${batchSize}.`);
  if (output !== 'score' && output !== 'logit')
    throw new RangeError(`Expected output 'score' or 'logit', got '${output}'.`);
  const wanted = label === undefined ? undefined : indexOfLabel(model, label);

  const allScores = async (batch: readonly MelSpectrogram[]): Promise<number[][]> => {
    const scores = tf.tidy(() => {
      const { logits } = model.forward(stackSpectrograms(batch));
      if (output === 'logit') return logits;
      return model.config.problemType === 'multi_label_classification' ? tf.sigmoid(logits) : tf.softmax(logits);
    });
    return (await scores.array().finally(() => scores.dispose())) as number[][];
  };
  const [whole] = (await allScores([features])) as [number[]];
  const index = wanted ?? bestOf(whole);
  return {
    label: index,
    score: whole[index]!,
    async scoresOf(count, variant) {
      const scores: number[] = [];
      for (let start = 0; start < count; start += batchSize) {
        const size = Math.min(batchSize, count - start);
        const batch = Array.from({ length: size }, (_, i) => variant(start + i));
        scores.push(...(await allScores(batch)).map((row) => row[index]!));
      }
      return scores;
    },
  };
}
