import { checkOption } from '../checkOption.js';

/**
 * Lower rates for lower layers, as BEiT and timm's `param_groups_layer_decay` have them: with n blocks, the head and what
 * else comes after the blocks learns at the full rate, block i (from 0) at `factor^(n - i)`, and the embeddings below them at
 * `factor^(n + 1)`.
 *
 * The first number in a name is its block; names without one are below the blocks or above them by their place in the
 * list.
 *
 * @param names all parameters of the model from the input to the output, as `model.parameters()` lists them
 * @param factor (0, 1]; 0.75 is usual for fine-tuning
 * @returns a factor on the learning rate by name, for `rateOf` of an optimizer; it throws a RangeError for other names
 * @throws {RangeError} when `factor` is out of range, or no name has a number
 *
 * @example
 * ```ts
 * const rateOf = layerwiseDecay(model.parameters().keys(), 0.75);
 * rateOf('audio_spectrogram_transformer.encoder.layer.11.output.dense.weight'); // 0.75, in a model of 12 blocks
 * const optimizer = adamW({ rateOf });
 * ```
 */
export function layerwiseDecay(names: Iterable<string>, factor: number): (name: string) => number {
  checkOption('factor', factor, factor > 0 && factor <= 1, 'a number in (0, 1]');
  const all = [...names];
  const blocks = all.map(blockOf);
  const numbered = blocks.filter((block) => block !== undefined);
  if (numbered.length === 0)
    throw new RangeError(
      `layerwiseDecay knows blocks by the numbers in names such as 'encoder.layer.3.bias', got ${all.slice(0, 3).join(', ')}.`,
    );
  const count = Math.max(...numbered) + 1;
  const firstBlock = blocks.findIndex((block) => block !== undefined);
  const rates = new Map(
    all.map((name, i) => {
      const layersAbove = blocks[i] === undefined ? (i < firstBlock ? count + 1 : 0) : count - blocks[i];
      return [name, factor ** layersAbove];
    }),
  );
  return (name) => {
    const rate = rates.get(name);
    if (rate === undefined) throw new RangeError(`layerwiseDecay was not told of a parameter '${name}'.`);
    return rate;
  };
}

function blockOf(name: string): number | undefined {
  const [, block] = /\.(\d+)\./.exec(name) ?? [];
  return block === undefined ? undefined : Number(block);
}
