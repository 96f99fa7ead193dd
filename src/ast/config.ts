/** Sizes and settings of an Audio Spectrogram Transformer: data, in camelCase of Hugging Face's ASTConfig, with its defaults. */
export interface ASTConfig {
  /** Width of the tokens. */
  readonly hiddenSize: number;
  /** Transformer blocks. */
  readonly numHiddenLayers: number;
  /** Attention heads a block; divides `hiddenSize`. */
  readonly numAttentionHeads: number;
  /** Width of the hidden layer of a block's MLP. */
  readonly intermediateSize: number;
  /** Activation of the MLP: only the exact GELU exists. */
  readonly hiddenAct: 'gelu';
  /** Dropout after embeddings, attention and MLP, in training; [0, 1). */
  readonly hiddenDropoutProb: number;
  /** Dropout on attention probabilities, in training; [0, 1). */
  readonly attentionProbsDropoutProb: number;
  /** Standard deviation of new weights. */
  readonly initializerRange: number;
  readonly layerNormEps: number;
  /** Side of a square patch, in mel bins and frames. */
  readonly patchSize: number;
  /** Whether query, key and value have biases. */
  readonly qkvBias: boolean;
  /** Step between patches along frequency, in mel bins. */
  readonly frequencyStride: number;
  /** Step between patches along time, in frames. */
  readonly timeStride: number;
  /** Frames of an input; 100 are one second. */
  readonly maxLength: number;
  readonly numMelBins: number;
  /** How labels exclude each other: one of them (softmax), or each on its own (sigmoid). */
  readonly problemType: 'single_label_classification' | 'multi_label_classification';
}

/**
 * Sizes by name, for {@link ASTForAudioClassification.fromConfig}.
 *
 * `base` is MIT/ast-finetuned-audioset-10-10-0.4593 (86.6 M parameters). `small` (1.9 M) learns ESC-10 from scratch in
 * minutes. `tiny` (0.10 M) is for demonstrations and tests.
 *
 * @example
 * ```ts
 * const model = ASTForAudioClassification.fromConfig({ ...astPresets.small, maxLength: 256 }, { labels: ['a', 'b'], seed: 1 });
 * ```
 */
export const astPresets = {
  base: {},
  small: {
    hiddenSize: 192,
    numHiddenLayers: 4,
    numAttentionHeads: 3,
    intermediateSize: 768,
    frequencyStride: 16,
    timeStride: 16,
    maxLength: 512,
  },
  tiny: {
    hiddenSize: 64,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    intermediateSize: 128,
    frequencyStride: 16,
    timeStride: 16,
    maxLength: 512,
  },
} as const satisfies Record<string, Partial<ASTConfig>>;

const defaults: ASTConfig = {
  hiddenSize: 768,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  intermediateSize: 3072,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  initializerRange: 0.02,
  layerNormEps: 1e-12,
  patchSize: 16,
  qkvBias: true,
  frequencyStride: 10,
  timeStride: 10,
  maxLength: 1024,
  numMelBins: 128,
  problemType: 'single_label_classification',
};

/** Fills in defaults and checks that the sizes fit together. Throws a RangeError that names the setting. */
export function completeConfig(partial: Partial<ASTConfig>): ASTConfig {
  const config: ASTConfig = { ...defaults };
  for (const [key, value] of Object.entries(partial)) {
    if (!(key in defaults))
      throw new RangeError(`Unknown model setting '${key}'; expected one of ${Object.keys(defaults).join(', ')}.`);
    if (value !== undefined) Object.assign(config, { [key]: value });
  }
  const sizes = [
    'hiddenSize',
    'numHiddenLayers',
    'numAttentionHeads',
    'intermediateSize',
    'patchSize',
    'frequencyStride',
    'timeStride',
    'maxLength',
    'numMelBins',
  ] as const;
  for (const key of sizes)
    expectSetting(Number.isSafeInteger(config[key]) && config[key] > 0, key, 'a positive integer', config);
  for (const key of ['hiddenDropoutProb', 'attentionProbsDropoutProb'] as const)
    expectSetting(config[key] >= 0 && config[key] < 1, key, 'a number in [0, 1)', config);
  for (const key of ['layerNormEps', 'initializerRange'] as const)
    expectSetting(config[key] > 0, key, 'a positive number', config);
  const problemTypes = ['single_label_classification', 'multi_label_classification'];
  expectSetting(problemTypes.includes(config.problemType), 'problemType', problemTypes.join(' or '), config);
  const { hiddenSize, numAttentionHeads, patchSize } = config;
  expectSetting(
    hiddenSize % numAttentionHeads === 0,
    'numAttentionHeads',
    `a divisor of hiddenSize ${hiddenSize}`,
    config,
  );
  expectSetting(config.maxLength >= patchSize, 'maxLength', `at least one patch of ${patchSize} frames`, config);
  expectSetting(config.numMelBins >= patchSize, 'numMelBins', `at least one patch of ${patchSize} bins`, config);
  expectSetting(config.hiddenAct === 'gelu', 'hiddenAct', "'gelu', the only activation there is", config);
  return config;
}

function expectSetting(holds: boolean, key: keyof ASTConfig, expected: string, config: ASTConfig): void {
  if (!holds) throw new RangeError(`Model setting ${key}: expected ${expected}, got ${config[key]}.`);
}

/** Patches along frequency and time. Tokens = frequency * time + 2 (class and distillation tokens). */
export function patchGrid(config: ASTConfig): { frequency: number; time: number } {
  const { numMelBins, maxLength, patchSize, frequencyStride, timeStride } = config;
  return {
    frequency: Math.floor((numMelBins - patchSize) / frequencyStride) + 1,
    time: Math.floor((maxLength - patchSize) / timeStride) + 1,
  };
}
