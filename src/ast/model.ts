import * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import { type ExtractorConfig, MelSpectrogramExtractor } from '../audio/index.js';
import { type PushedRepository, type ShardSize, writeCheckpoint } from '../hub/index.js';
import { checkpoint, noGrad, requireBackend } from '../ops/index.js';
import { createRandom } from '../random.js';
import { weightsName } from './checkpointFiles.js';
import { type ASTConfig, completeConfig } from './config.js';
import { toConfigFile } from './configFile.js';
import { type ClassificationOutput, type EncoderOutput, type ForwardOptions, passContext } from './forwardPass.js';
import { block, classify, embed, pool } from './layers.js';
import { type Adapter, type ASTParameters, initialValues, parameterShapes, parameterTree } from './parameters.js';
import { allPatches, choosePatches } from './patches.js';
import { checkLabels, loadPretrained, type ModelParts, makeVariable, type PretrainedOptions } from './pretrained.js';
import { type PushModelOptions, pushModel } from './pushModel.js';
import { type ModelStages, modelStages } from './stages.js';
import { countFrozen, trainableIn } from './trainable.js';

/**
 * The Audio Spectrogram Transformer with a classification head
 * ([Gong, Chung and Glass 2021](https://arxiv.org/abs/2104.01778)), the model of the same name in Hugging Face
 * transformers: same parameters, same numbers, on the active backend of TensorFlow.js.
 *
 * @example
 * ```ts
 * import { ASTForAudioClassification, useBackend } from 'ast-ts';
 *
 * await useBackend('auto');
 * const model = await ASTForAudioClassification.fromPretrained('MIT/ast-finetuned-audioset-10-10-0.4593', {
 *   labels: ['bird', 'water', 'wind', 'mammal'],
 *   maxLength: 512,
 * });
 * ```
 */
export class ASTForAudioClassification {
  readonly config: ASTConfig;
  /** Class names; the index is the class. */
  readonly labels: readonly string[];
  /** Settings of the feature extractor that belongs to the weights. */
  readonly extractorConfig: ExtractorConfig;
  readonly #parameters: Map<string, tf.Variable>;
  #tree: ASTParameters;
  #adapter: Adapter | undefined;
  readonly #configJson: Record<string, unknown>;
  readonly #isInt8: boolean;
  #disposed = false;

  /** Use {@link ASTForAudioClassification.fromPretrained} or {@link ASTForAudioClassification.fromConfig}. */
  constructor(parts: ModelParts) {
    this.config = parts.config;
    this.labels = parts.labels;
    this.extractorConfig = parts.extractorConfig;
    this.#parameters = parts.parameters;
    this.#tree = parameterTree(parts.parameters, parts.config);
    this.#configJson = parts.configJson;
    this.#isInt8 = [...parts.parameters.values()].some(({ dtype }) => dtype === 'int32');
  }

  /**
   * Loads a checkpoint in Hugging Face layout: `config.json`, `preprocessor_config.json` and `model.safetensors`
   * (float32, float16 or bfloat16; computed in float32). The tensors may also have the names of the AST authors' code
   * (`module.v.blocks.0.attn.qkv.weight` …); then the two other files may be missing: sizes are told from shapes, classes are
   * called `LABEL_0` …, and features are normalised as AudioSet's.
   *
   * @param idOrPath a directory, an id on the Hub such as `'MIT/ast-finetuned-audioset-10-10-0.4593'`, or a URL
   * @throws {CheckpointError} when a file is malformed, or tensors are missing, surplus or of another shape
   * @throws {HubError} when the Hub does not give a file
   */
  static async fromPretrained(idOrPath: string, options: PretrainedOptions = {}): Promise<ASTForAudioClassification> {
    return new ASTForAudioClassification(await loadPretrained(idOrPath, options));
  }

  /**
   * A model with new weights from a seed.
   *
   * @param config settings that differ from the defaults (those of AST-base), e.g. `astPresets.small`
   * @throws {RangeError} when sizes do not fit together; the message names the setting
   */
  static fromConfig(
    config: Partial<ASTConfig>,
    { labels = ['LABEL_0', 'LABEL_1'], seed = 0 }: { labels?: readonly string[]; seed?: number } = {},
  ): ASTForAudioClassification {
    checkLabels(labels);
    requireBackend();
    const complete = completeConfig(config);
    const random = createRandom(seed);
    const parameters = new Map<string, tf.Variable>();
    for (const [name, shape] of parameterShapes(complete, labels.length))
      parameters.set(name, makeVariable(initialValues(name, shape, complete, random), shape));
    const { maxLength, numMelBins } = complete;
    const extractorConfig = new MelSpectrogramExtractor({ maxLength, numMelBins }).config;
    return new ASTForAudioClassification({
      config: complete,
      labels: [...labels],
      parameters,
      extractorConfig,
      configJson: {},
    });
  }

  /** The parameters under their names in the checkpoint. Train, freeze (`variable.trainable = false`) or inspect them. */
  parameters(): Map<string, tf.Variable> {
    return new Map(this.#parameters);
  }

  /** What lies over the parameters, if anything does: see {@link addLora}. */
  get adapter(): Adapter | undefined {
    return this.#adapter;
  }

  /** Lays an adapter over the parameters, or takes it off again. For {@link addLora}; it frees nothing. */
  adapt(adapter: Adapter | undefined): void {
    this.#adapter = adapter;
    this.#tree = parameterTree(this.#parameters, this.config, adapter);
  }

  /**
   * Scores of a batch.
   *
   * @param inputValues normalised log-mel features, [batch, maxLength, numMelBins], e.g. of {@link stackSpectrograms}
   * @throws {RangeError} when the shape is another
   * @example
   * ```ts
   * const inputValues = stackSpectrograms([extractor.extract(waveform)]);
   * const { logits } = model.forward(inputValues);
   * console.log(await logits.data());
   * inputValues.dispose();
   * logits.dispose();
   * ```
   */
  forward(inputValues: tf.Tensor3D, options: ForwardOptions = {}): ClassificationOutput {
    return tf.tidy(() => {
      const { poolerOutput, ...rest } = this.encode(inputValues, options);
      return { logits: classify(this.#tree, poolerOutput, this.config), ...rest };
    });
  }

  /** The transformer without its head: one vector a sound, for clustering, search or a head of your own. */
  encode(inputValues: tf.Tensor3D, options: ForwardOptions = {}): EncoderOutput {
    this.#checkInput(inputValues);
    if (options.training && this.#isInt8)
      throw new Error("A model with dtype: 'int8' is for inference only; load it without dtype to train it.");
    return tf.tidy(() => {
      const { training = false, seed = 0, patchout, outputHiddenStates = false, outputAttentions = false } = options;
      const kept = training && patchout ? choosePatches(this.config, patchout, seed) : allPatches(this.config);
      // What comes before the first part to be trained needs no backward pass: nothing of it is kept.
      const frozen = training ? countFrozen(this.#tree) : 0;
      const compute = <T>(part: number, run: () => T): T => (part < frozen ? noGrad(run) : run());
      let x = compute(0, () => embed(this.#tree, inputValues, this.config, passContext(options, 'embeddings'), kept));
      const hiddenStates = [x];
      const attentions: tf.Tensor4D[] = [];
      for (const index of this.#tree.blocks.keys()) {
        const input = x;
        const result = compute(index + 1, () => this.#block(index, input, options));
        x = result.x;
        attentions.push(...result.attentions);
        if (outputHiddenStates) hiddenStates.push(x);
        else input.dispose();
      }
      return {
        poolerOutput: pool(this.#tree, x, this.config),
        ...(outputHiddenStates && { hiddenStates: hiddenStates as tf.Tensor3D[] }),
        ...(outputAttentions && { attentions }),
      };
    });
  }

  /** The model taken apart at its attentions, with the adapter that is on it: for `ast-ts/explain`. Computes nothing. */
  stages(): ModelStages {
    return modelStages(this.#tree, this.config);
  }

  #block(index: number, input: tf.Tensor, options: ForwardOptions): { x: tf.Tensor; attentions: tf.Tensor4D[] } {
    const parameters = this.#tree.blocks[index]!;
    const run = (x: tf.Tensor) => {
      const context = passContext(options, index);
      return { x: block(parameters, x, this.config, context), attentions: context.attentions ?? [] };
    };
    if (!options.training || !options.gradientCheckpointing || options.outputAttentions)
      return tf.tidy(() => run(input));
    return { x: checkpoint((x) => tf.tidy(() => run(x).x), input, trainableIn(parameters)), attentions: [] };
  }

  /** The content of the model's `config.json`: what {@link ASTForAudioClassification.savePretrained} writes. */
  configFile(): Record<string, unknown> {
    return toConfigFile(this.config, this.labels, this.#configJson);
  }

  /**
   * Writes `config.json`, `preprocessor_config.json` and `model.safetensors` (float32), which `from_pretrained` of
   * transformers and {@link ASTForAudioClassification.fromPretrained} load. Each file is written whole or not at all.
   *
   * @param options `extractorConfig`: settings of the features the model was trained on, where they are not its own;
   * `maxShardSize`: weights of more than so many bytes go to several files under `model.safetensors.index.json` (default `'50GB'`)
   */
  async savePretrained(
    directory: string,
    {
      extractorConfig = this.extractorConfig,
      maxShardSize,
    }: { extractorConfig?: ExtractorConfig; maxShardSize?: ShardSize } = {},
  ): Promise<void> {
    const { files } = platform;
    if (!files) throw new Error('savePretrained writes files, and a browser has none.');
    if (this.#isInt8) throw new Error("A model with dtype: 'int8' cannot be saved; its source can be copied.");
    if (this.#adapter)
      throw new Error(
        'The adapter on this model is not in its weights: merge() it to save both, or save or remove() it.',
      );
    const tensors: [string, { shape: number[]; data: Float32Array }][] = [];
    for (const [name, parameter] of this.#parameters)
      tensors.push([name, { shape: parameter.shape, data: (await parameter.data()) as Float32Array }]);
    await writeCheckpoint(directory, weightsName, tensors, maxShardSize);
    await files.writeFile(files.join(directory, 'config.json'), [
      `${JSON.stringify(this.configFile(), null, 2)}
`,
    ]);
    await new MelSpectrogramExtractor(extractorConfig).savePretrained(directory);
  }

  /**
   * Uploads the model to the Hugging Face Hub with a model card, in one commit; the repository is made where there is none.
   * `trainer.pushToHub` knows more of a training for the card.
   *
   * @param repoId `owner/name`; a name alone goes to the account of the token
   * @throws {HubError} without a token that may write there, and when the network fails
   * @example
   * ```ts
   * const { url } = await model.pushToHub('me/birds', { private: true, card: { baseModel: 'MIT/ast-finetuned-audioset-10-10-0.4593' } });
   * ```
   */
  pushToHub(repoId: string, options: PushModelOptions = {}): Promise<PushedRepository> {
    return pushModel(this, repoId, options);
  }

  /** Frees the weights. The model cannot be used after. */
  dispose(): void {
    this.#disposed = true;
    tf.dispose([...this.#parameters.values(), ...(this.#adapter?.parameters.values() ?? [])]);
  }

  #checkInput({ shape }: tf.Tensor3D): void {
    if (this.#disposed) throw new Error('The model was disposed; its weights are gone. Load it again.');
    const { maxLength, numMelBins } = this.config;
    if (shape.length === 3 && shape[1] === maxLength && shape[2] === numMelBins) return;
    throw new RangeError(
      `Expected inputValues of shape [batch, ${maxLength}, ${numMelBins}] (frames, mel bins), got [${shape.join(', ')}]. ` +
        `Make features with new MelSpectrogramExtractor(model.extractorConfig)` +
        (shape[1] === maxLength ? '.' : `, or load the model with { maxLength: ${shape[1]} }.`),
    );
  }
}
