/** The transformer once more, in plain double precision with loops: slow, and easy to see through. For finite differences. */
import { type ASTConfig, patchGrid } from '../../src/ast/config.js';

type Matrix = number[][];
/** A parameter's values, by its name in the checkpoint. */
type Parameters = (name: string) => { data: ArrayLike<number> };

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, column) => row.reduce((sum, value, i) => sum + value * b[i]![column]!, 0)));
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + b[i]![j]!));

function erf(x: number): number {
  let [sum, term] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const softmax = (row: number[]): number[] => {
  const exps = row.map((value) => Math.exp(value - Math.max(...row)));
  const sum = exps.reduce((total, value) => total + value, 0);
  return exps.map((value) => value / sum);
};

/**
 * @param features [maxLength][numMelBins]
 * @param change added to the probabilities of a block's head; by its gradient is meant what a small change does
 * @returns logits, and probabilities as [block][head][query][key]
 */
export function plainForward(
  parameters: Parameters,
  config: ASTConfig,
  features: Matrix,
  change?: { block: number; head: number; query: number; key: number; by: number },
): { logits: number[]; attentions: Matrix[][] } {
  const { hiddenSize, numAttentionHeads: heads, patchSize, frequencyStride, timeStride } = config;
  const flat = (name: string): number[] => Array.from(parameters(name).data);
  const rows = (name: string, width: number): Matrix => {
    const values = flat(name);
    return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
  };
  const linear = (x: Matrix, name: string): Matrix => {
    const weight = rows(`${name}.weight`, x[0]!.length);
    const bias = flat(`${name}.bias`);
    return x.map((row) => weight.map((w, o) => w.reduce((sum, value, i) => sum + value * row[i]!, bias[o]!)));
  };
  const norm = (x: Matrix, name: string): Matrix => {
    const [scale, shift] = [flat(`${name}.weight`), flat(`${name}.bias`)];
    return x.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((v, i) => ((v - mean) / Math.sqrt(variance + config.layerNormEps)) * scale[i]! + shift[i]!);
    });
  };

  const base = 'audio_spectrogram_transformer';
  const grid = patchGrid(config);
  const patches: Matrix = [];
  for (let f = 0; f < grid.frequency; f++)
    for (let t = 0; t < grid.time; t++) {
      const patch: number[] = [];
      for (let bin = 0; bin < patchSize; bin++)
        for (let frame = 0; frame < patchSize; frame++)
          patch.push(features[t * timeStride + frame]![f * frequencyStride + bin]!);
      patches.push(patch);
    }
  const embedded = linear(patches, `${base}.embeddings.patch_embeddings.projection`);
  const tokens = [flat(`${base}.embeddings.cls_token`), flat(`${base}.embeddings.distillation_token`), ...embedded];
  let x = plus(tokens, rows(`${base}.embeddings.position_embeddings`, hiddenSize));
  const attentions: Matrix[][] = [];
  const dim = hiddenSize / heads;
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const block = `${base}.encoder.layer.${i}`;
    const input = norm(x, `${block}.layernorm_before`);
    const [q, k, v] = ['query', 'key', 'value'].map((p) => linear(input, `${block}.attention.attention.${p}`));
    const ofBlock: Matrix[] = [];
    const attended: Matrix = x.map(() => []);
    for (let head = 0; head < heads; head++) {
      const part = (m: Matrix): Matrix => m.map((row) => row.slice(head * dim, (head + 1) * dim));
      const [qh, kh, vh] = [part(q!), part(k!), part(v!)];
      const scores = qh.map((a) => kh.map((b) => a.reduce((sum, value, j) => sum + value * b[j]!, 0) / Math.sqrt(dim)));
      const probabilities = scores.map(softmax);
      ofBlock.push(probabilities.map((row) => [...row]));
      if (change?.block === i && change.head === head) probabilities[change.query]![change.key]! += change.by;
      for (const [token, row] of times(probabilities, vh).entries()) attended[token]!.push(...row);
    }
    attentions.push(ofBlock);
    const y = plus(x, linear(attended, `${block}.attention.output.dense`));
    const hidden = linear(norm(y, `${block}.layernorm_after`), `${block}.intermediate.dense`);
    const active = hidden.map((row) => row.map((value) => (value * (1 + erf(value / Math.SQRT2))) / 2));
    x = plus(y, linear(active, `${block}.output.dense`));
  }
  const [cls, distillation] = norm(x, `${base}.layernorm`) as [number[], number[]];
  const pooled = [cls.map((value, i) => (value + distillation[i]!) / 2)];
  return { logits: linear(norm(pooled, 'classifier.layernorm'), 'classifier.dense')[0]!, attentions };
}
