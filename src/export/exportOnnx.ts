import { platform } from '#platform';
import type { ASTForAudioClassification } from '../ast/index.js';
import type { ExtractorConfig } from '../audio/index.js';
import { completeExtractorConfig } from '../audio/preprocessorConfig.js';
import { formatPreprocessorConfig } from '../audio/preprocessorFile.js';
import { CheckpointError } from '../errors.js';
import { encodeModelFile } from '../onnx/index.js';
import { astGraph, OPSET } from './astGraph.js';
import { floatLayers, int8Layers } from './linearLayers.js';

/** How numbers are kept in an ONNX file: see {@link ExportOnnxOptions}. */
export type OnnxDtype = 'fp32' | 'int8';

/** Settings of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /**
   * One file for each: `'fp32'`, `onnx/model.onnx`, computes what the model computes; `'int8'`, `onnx/model_quantized.onnx`, has the
   * weights of the blocks in 8 bits (a quarter of the size) and rounds their inputs as they come. Default `'fp32'`.
   */
  dtype?: OnnxDtype | readonly OnnxDtype[];
  /** Settings of the features the model was trained on, where they are not its own. */
  extractorConfig?: ExtractorConfig;
}

/** A file of an exported model. */
export interface OnnxFile {
  /** Where it belongs in the model's directory, e.g. `'onnx/model.onnx'`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Its bytes, made piece by piece as they are read. */
  readonly chunks: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Names of files, and of number formats, as transformers.js knows them. */
const formats = {
  fp32: { path: 'onnx/model.onnx', name: 'fp32', layers: floatLayers },
  int8: { path: 'onnx/model_quantized.onnx', name: 'q8', layers: int8Layers },
} as const;

/**
 * Writes a model for ONNX Runtime, in any language, and for transformers.js: `config.json`, `preprocessor_config.json` and
 * `onnx/model.onnx`, whose input is `input_values` [batch, frames, mel bins], and whose output is `logits` [batch, labels]. The operators are ONNX's
 * own, of opset 17. Each file is written whole or not at all; beside the model, one tensor is in memory.
 *
 * @returns the files, by their paths in the directory
 * @throws {CheckpointError} for a model with an adapter on it or with `dtype: 'int8'`, and one too large for a file
 * @throws {RangeError} when an option is not known, or the features do not fit the model
 *
 * @example
 * ```ts
 * await exportOnnx(model, 'models/birds', { dtype: ['fp32', 'int8'] });
 * // then, with transformers.js: await pipeline('audio-classification', 'birds')
 * ```
 */
export async function exportOnnx(
  model: ASTForAudioClassification,
  directory: string,
  options: ExportOnnxOptions = {},
): Promise<Pick<OnnxFile, 'path' | 'size'>[]> {
  const { files } = platform;
  if (!files) throw new CheckpointError('exportOnnx writes files, and a browser has none: use encodeOnnx.');
  const encoded = encodeOnnx(model, options);
  for (const { path, chunks } of encoded) await files.writeFile(files.join(directory, path), chunks);
  return encoded.map(({ path, size }) => ({ path, size }));
}

/**
 * The files that {@link exportOnnx} writes, for where there is no file system. Takes and throws the same.
 *
 * @example
 * ```ts
 * for (const { path, chunks } of encodeOnnx(model)) {
 *   const parts: Uint8Array<ArrayBuffer>[] = [];
 *   for await (const chunk of chunks) parts.push(chunk);
 *   offerDownload(path, new Blob(parts)); // your own
 * }
 * ```
 */
export function encodeOnnx(
  model: ASTForAudioClassification,
  { dtype = 'fp32', extractorConfig = model.extractorConfig }: ExportOnnxOptions = {},
): OnnxFile[] {
  const dtypes = [...new Set(typeof dtype === 'string' ? [dtype] : dtype)];
  checkDtypes(dtypes, model);
  checkModel(model);
  checkFeatures(model, extractorConfig);
  const parameters = model.parameters();
  const graphs = dtypes.map((each): OnnxFile => {
    const { path, layers: make } = formats[each];
    const layers = make(parameters);
    const file = encodeModelFile({
      name: 'ASTForAudioClassification',
      graph: astGraph(model.config, model.labels.length, layers),
      initializers: [
        ...layers.shared,
        ...[...parameters].flatMap(([name, parameter]) => layers.initializers(name, parameter)),
      ],
      opset: OPSET,
    });
    return { path, ...file };
  });
  const config = `${JSON.stringify(configFile(model, dtypes), null, 2)}\n`;
  return [
    ...graphs,
    textFile('preprocessor_config.json', formatPreprocessorConfig(extractorConfig)),
    textFile('config.json', config),
  ];
}

/** What transformers.js loads where its user does not say: by itself, it expects both files, and takes int8 in a page. */
function configFile(model: ASTForAudioClassification, dtypes: readonly OnnxDtype[]): Record<string, unknown> {
  const { 'transformers.js_config': _, ...config } = model.configFile();
  return dtypes.length === 1 ? { ...config, 'transformers.js_config': { dtype: formats[dtypes[0]!].name } } : config;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function textFile(path: string, text: string): OnnxFile {
  const bytes = new TextEncoder().encode(text);
  return { path, size: bytes.length, chunks: once(bytes) };
}

function checkDtypes(dtypes: readonly string[], { config }: ASTForAudioClassification): void {
  const known = Object.keys(formats);
  const unknown = dtypes.find((dtype) => !known.includes(dtype));
  if (dtypes.length === 0 || unknown !== undefined)
    throw new RangeError(`Expected dtype to be ${known.join(' or ')}, or both, got ${unknown ?? 'none'}.`);
  const odd = (['hiddenSize', 'intermediateSize'] as const).find((key) => config[key] % 4 !== 0);
  if (dtypes.includes('int8') && odd)
    throw new RangeError(`int8 needs ${odd} to be a multiple of 4, got ${config[odd]}; export fp32.`);
}

function checkModel(model: ASTForAudioClassification): void {
  const parameters = [...model.parameters().values()];
  if (model.adapter)
    throw new CheckpointError(
      'The adapter on this model is not in its weights: merge() it to export both, or remove() it to export the model alone.',
    );
  if (parameters.some(({ dtype }) => dtype === 'int32'))
    throw new CheckpointError(
      "A model loaded with dtype: 'int8' has lost its weights; load it without, and export it with { dtype: 'int8' }.",
    );
  if (parameters.some(({ isDisposed }) => isDisposed))
    throw new CheckpointError('The model was disposed; its weights are gone. Load it again.');
}

function checkFeatures({ config }: ASTForAudioClassification, extractorConfig: ExtractorConfig): void {
  completeExtractorConfig(extractorConfig);
  for (const key of ['maxLength', 'numMelBins'] as const)
    if (extractorConfig[key] !== config[key])
      throw new RangeError(
        `Expected extractorConfig.${key} to be ${config[key]}, as the model's, got ${extractorConfig[key]}.`,
      );
}
