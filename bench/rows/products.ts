import { astTs } from '../contenders.js';
import type { Contender } from '../measure.js';
import { countTokens, productPhases } from '../operations.js';
import { against, type Group, type Row } from './row.js';

/** a · b as the model calls it: weights [out, in] are transposed, and so is a batch in the gradient of a weight. */
interface Product {
  title: string;
  batch?: number;
  m: number;
  k: number;
  n: number;
  transpose?: 'a' | 'b';
}

const TOKENS = countTokens(512);
const HEADS = 12;

const products: readonly Product[] = [
  { title: 'query, key, value, output', m: TOKENS, k: 768, n: 768, transpose: 'b' },
  { title: 'MLP, first layer', m: TOKENS, k: 768, n: 3072, transpose: 'b' },
  { title: 'MLP, second layer', m: TOKENS, k: 3072, n: 768, transpose: 'b' },
  { title: 'MLP, gradient of a weight', m: 3072, k: TOKENS, n: 768, transpose: 'a' },
  { title: 'MLP, gradient of its input', m: TOKENS, k: 3072, n: 768 },
  { title: 'attention, scores', batch: HEADS, m: TOKENS, k: 64, n: TOKENS, transpose: 'b' },
  { title: 'attention, values', batch: HEADS, m: TOKENS, k: TOKENS, n: 64 },
];

export const matrixProducts: Group = {
  id: 5,
  title: 'Matrix products of the model, 512 frames, by backend',
  rows: async () => products.map(row),
};

function row({ title, batch = 1, m, k, n, transpose }: Product): Row {
  const shape = (rows: number, columns: number, transposed: boolean) => [
    ...(batch > 1 ? [batch] : []),
    ...(transposed ? [columns, rows] : [rows, columns]),
  ];
  const task = {
    a: shape(m, k, transpose === 'a'),
    b: shape(k, n, transpose === 'b'),
    transposeA: transpose === 'a',
    transposeB: transpose === 'b',
  };
  const contenders: Contender[] = ['onnxruntime', 'wasm'].map((backend) =>
    astTs('product.ts', { backend, repeat: backend === 'wasm' ? 3 : 20, ...task }, productPhases(batch, m, k, n), {
      name: `backend ${backend}`,
    }),
  );
  // The backend in plain JavaScript takes a second for the smallest, and a minute for all.
  if (title === products[0]!.title)
    contenders.push({
      ...contenders[0]!,
      name: 'backend cpu',
      command: () => ({ file: 'product.ts', task: { backend: 'cpu', ...task } }),
    });
  const sizes = `${batch > 1 ? `${batch} x ` : ''}[${m}, ${k}] · [${k}, ${n}]`;
  return { title: `${title}: ${sizes}`, contenders, pairs: against('backend onnxruntime', contenders) };
}
