import { CheckpointError } from '../errors.js';
import { type ASTConfig, completeConfig, patchGrid } from './config.js';
import { unnamedLabels } from './configFile.js';
import { positionEmbeddingsName } from './parameters.js';

/** Steps between patches in the authors' models. */
const authorsStrides = [10, 12, 14, 16];
/** The windows of the authors' models are multiples of so many frames. */
const authorsFrames = 128;
/** Width of a head in the authors' models, whatever their size. */
const headSize = 64;
/** As many as a config.json may have. */
const mostLabels = 1_000_000;

/**
 * The config of a checkpoint of the AST authors, which has no file for it, from the shapes of its tensors. What shapes do not
 * say is as the authors have it: 128 mel bins, heads of 64, the same step along frequency and time, a window in multiples of
 * 128 frames. The classes have no names: they are `LABEL_0` and so on.
 *
 * @param tensors by their names in transformers
 * @throws {CheckpointError} when the shapes fit no such config, or several
 */
export function configFromShapes(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  name: string,
): { config: ASTConfig; labels: string[] } {
  const fail = (what: string): CheckpointError =>
    new CheckpointError(
      `${name} has no config.json, and the shapes of its tensors do not tell ${what}. ` +
        "Put a config.json beside it, as transformers' ASTConfig has it.",
    );
  const side = (tensor: string, axis: number): number => {
    const found = tensors.get(tensor)?.shape[axis];
    if (found === undefined) throw fail(`a size: there is no ${tensor}`);
    return found;
  };
  const encoder = 'audio_spectrogram_transformer';
  const hiddenSize = side(`${encoder}.embeddings.cls_token`, 2);
  if (hiddenSize === 0 || hiddenSize % headSize !== 0)
    throw fail(`the number of heads: hidden size ${hiddenSize} is no multiple of ${headSize}`);
  const sizes = {
    hiddenSize,
    numHiddenLayers: [...tensors.keys()].filter((tensor) => tensor.endsWith('.layernorm_before.weight')).length,
    numAttentionHeads: hiddenSize / headSize,
    intermediateSize: side(`${encoder}.encoder.layer.0.intermediate.dense.weight`, 0),
    patchSize: side(`${encoder}.embeddings.patch_embeddings.projection.weight`, 2),
    qkvBias: tensors.has(`${encoder}.encoder.layer.0.attention.attention.query.bias`),
  };
  const patches = side(positionEmbeddingsName, 1) - 2;
  const numLabels = side('classifier.dense.weight', 0);
  if (numLabels < 1 || numLabels > mostLabels) throw fail(`the labels: there are ${numLabels}`);
  try {
    const configs = authorsStrides.flatMap((stride) => configsWith(patches, stride, sizes));
    const [config, ...others] = configs;
    if (!config || others.length > 0)
      throw fail(`the window: ${configs.length} of the authors' settings give ${patches} patches`);
    return { config, labels: unnamedLabels(numLabels) };
  } catch (error) {
    if (error instanceof RangeError) throw fail(`a model: ${error.message}`);
    throw error;
  }
}

/** The config with this step that has so many patches, if there is one. */
function configsWith(patches: number, stride: number, sizes: Partial<ASTConfig>): ASTConfig[] {
  const config = completeConfig({ ...sizes, frequencyStride: stride, timeStride: stride });
  const time = patches / patchGrid(config).frequency;
  // Frames after the last patch change nothing: of the lengths that give as many patches, the authors' is taken.
  const longest = time * stride + config.patchSize - 1;
  const maxLength = longest - (longest % authorsFrames);
  if (!Number.isSafeInteger(time) || maxLength < config.patchSize) return [];
  const fitting = completeConfig({ ...config, maxLength });
  return patchGrid(fitting).time === time ? [fitting] : [];
}
