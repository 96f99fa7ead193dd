import * as tf from '@tensorflow/tfjs-core';
import type { ASTForAudioClassification } from '../ast/index.js';
import { requireBackend } from '../ops/index.js';
import type { AttentionMap } from '../results/index.js';
import { toAttentionMap } from './attentionMap.js';
import { headProbabilities, meanOverHeads } from './heads.js';
import { bestOf } from './labels.js';
import { classTokensOf } from './lastBlock.js';
import { relevanceRow } from './relevance.js';
import { rollOut } from './rollout.js';

/**
 * The map of one clip [1, frames, bins]: a forward pass that keeps the hidden states (for AST-base and 10 s, 48 MB), from which the
 * attention of one head of one block after the other is computed again.
 *
 * @param label whose score relevance explains; default: the predicted one
 */
export async function mapOfClip(
  model: ASTForAudioClassification,
  inputValues: tf.Tensor3D,
  method: AttentionMap['method'],
  label?: number,
): Promise<AttentionMap> {
  requireBackend();
  if (method === 'relevance') expectGradients(model);
  const { logits, hiddenStates } = model.forward(inputValues, { outputHiddenStates: true });
  try {
    const index = label ?? bestOf(await logits.data());
    return await toAttentionMap(method, rows[method](model, hiddenStates!, index), model.config);
  } finally {
    tf.dispose([logits, ...hiddenStates!]);
  }
}

type Row = (model: ASTForAudioClassification, hiddenStates: readonly tf.Tensor3D[], label: number) => tf.Tensor2D;

const rows: Record<AttentionMap['method'], Row> = {
  rollout: (model, states) =>
    rollOut(model.config.numHiddenLayers, states[0]!.shape[1], (block) => meanAttention(model, states, block)),
  'last-block': (model, states) =>
    classTokensOf(states[0]!.shape[1], () => meanAttention(model, states, model.config.numHiddenLayers - 1)),
  relevance: relevanceRow,
};

/** A block's probabilities, mean over heads: [tokens, tokens]. */
function meanAttention(
  model: ASTForAudioClassification,
  hiddenStates: readonly tf.Tensor3D[],
  block: number,
): tf.Tensor2D {
  const { numAttentionHeads: heads } = model.config;
  return tf.tidy(() => {
    const [query, key] = model.stages().blocks[block]!.queryKeyValue(hiddenStates[block]!);
    return meanOverHeads(heads, (head) => headProbabilities(query, key, head, heads));
  });
}

function expectGradients(model: ASTForAudioClassification): void {
  if ([...model.parameters().values()].some(({ dtype }) => dtype === 'int32'))
    throw new Error(
      "Relevance needs gradients, and a model with dtype: 'int8' has none. Load it without dtype, or ask for method: 'rollout'.",
    );
}
