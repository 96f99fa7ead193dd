import * as v from 'valibot';
import { CheckpointError } from '../errors.js';
import { SAMPLE_RATE } from './kaldiTables.js';

/** Settings of a {@link MelSpectrogramExtractor}: the keys of Hugging Face's `ASTFeatureExtractor` in camelCase, same defaults. */
export interface ExtractorConfig {
  /** Sampling rate of the sounds, in Hz. 16000, the only rate that AST is trained at. */
  readonly samplingRate: number;
  /** Mel bins of a frame, 4 or more. Default 128. */
  readonly numMelBins: number;
  /** Frames that `extract` gives, 100 a second. Default 1024, which is 10.24 s. */
  readonly maxLength: number;
  /** Whether `extract` normalises to `(x - mean) / (2 std)`. Default true. */
  readonly doNormalize: boolean;
  /** Mean of the log-mel values of the training data. Default: of AudioSet, -4.2677393. */
  readonly mean: number;
  /** Standard deviation of the log-mel values of the training data. Default: of AudioSet, 4.5689974. */
  readonly std: number;
  /** Kept for saving; frames have one feature a bin. Default 1. */
  readonly featureSize: number;
  /** Kept for saving; `extract` always pads behind the sound, as Hugging Face's does. Default 'right'. */
  readonly paddingSide: 'left' | 'right';
  /** Kept for saving; `extract` always pads with zeros. Default 0. */
  readonly paddingValue: number;
  /** Kept for saving; AST has no attention mask. Default false. */
  readonly returnAttentionMask: boolean;
  /** Other keys of a `preprocessor_config.json` that was read, as they are in the file; written back. Default {}. */
  readonly otherKeys: Readonly<Record<string, unknown>>;
}

const DEFAULTS: ExtractorConfig = {
  samplingRate: SAMPLE_RATE,
  numMelBins: 128,
  maxLength: 1024,
  doNormalize: true,
  mean: -4.2677393,
  std: 4.5689974,
  featureSize: 1,
  paddingSide: 'right',
  paddingValue: 0,
  returnAttentionMask: false,
  otherKeys: {},
};

/** The keys of the file that this library acts on or gives defaults. */
const schema = v.looseObject({
  feature_extractor_type: v.optional(v.literal('ASTFeatureExtractor')),
  sampling_rate: v.optional(v.number()),
  num_mel_bins: v.optional(v.number()),
  max_length: v.optional(v.number()),
  do_normalize: v.optional(v.boolean()),
  mean: v.optional(v.number()),
  std: v.optional(v.number()),
  feature_size: v.optional(v.number()),
  padding_side: v.optional(v.picklist(['left', 'right'])),
  padding_value: v.optional(v.number()),
  return_attention_mask: v.optional(v.boolean()),
});

type FileKey = Exclude<keyof ExtractorConfig, 'otherKeys'>;

const FILE_KEYS: Readonly<Record<FileKey, string>> = {
  samplingRate: 'sampling_rate',
  numMelBins: 'num_mel_bins',
  maxLength: 'max_length',
  doNormalize: 'do_normalize',
  mean: 'mean',
  std: 'std',
  featureSize: 'feature_size',
  paddingSide: 'padding_side',
  paddingValue: 'padding_value',
  returnAttentionMask: 'return_attention_mask',
};

/** What each number has to be, in words and as a test. */
const LIMITS: readonly (readonly [FileKey, string, (value: number) => boolean])[] = [
  ['samplingRate', `${SAMPLE_RATE} Hz, the rate of all AST features`, (value) => value === SAMPLE_RATE],
  ['numMelBins', 'an integer, 4 or more', (value) => Number.isSafeInteger(value) && value >= 4],
  ['maxLength', 'an integer, 1 or more', (value) => Number.isSafeInteger(value) && value >= 1],
  ['mean', 'a finite number', Number.isFinite],
  ['std', 'a finite number above 0', (value) => Number.isFinite(value) && value > 0],
];

/**
 * Fills in defaults and checks the values.
 * @throws {RangeError} that names the setting; `nameOf` says how it is called where it comes from.
 */
export function completeExtractorConfig(
  config: Partial<ExtractorConfig>,
  nameOf: (key: FileKey) => string = (key) => key,
): ExtractorConfig {
  const unknown = Object.keys(config).find((key) => !(key in DEFAULTS));
  if (unknown !== undefined)
    throw new RangeError(`There is no setting '${unknown}'; expected ${Object.keys(DEFAULTS).join(', ')}.`);
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const complete: ExtractorConfig = Object.freeze({ ...DEFAULTS, ...given });
  for (const [key, expected, isValid] of LIMITS) {
    if (!isValid(complete[key] as number))
      throw new RangeError(`Expected ${nameOf(key)} to be ${expected}, got ${String(complete[key])}.`);
  }
  return complete;
}

/**
 * Reads a Hugging Face `preprocessor_config.json`.
 * @param name what errors call the checkpoint
 * @throws {CheckpointError} that names the key which is malformed
 */
export function parsePreprocessorConfig(json: unknown, name: string): ExtractorConfig {
  const file = `${name}: preprocessor_config.json`;
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const key = v.getDotPath(issue) ?? '(top)';
    throw new CheckpointError(`${file}, key '${key}': expected ${issue.expected}, got ${issue.received}.`);
  }
  const values: Record<string, unknown> = { ...parsed.output };
  const config: Record<string, unknown> = {};
  for (const [key, fileKey] of Object.entries(FILE_KEYS)) {
    config[key] = values[fileKey];
    delete values[fileKey];
  }
  try {
    return completeExtractorConfig({ ...config, otherKeys: values }, (key) => FILE_KEYS[key]);
  } catch (error) {
    if (error instanceof RangeError) throw new CheckpointError(`${file}: ${error.message}`, [], { cause: error });
    throw error;
  }
}

/** The content of a `preprocessor_config.json`, keys sorted as Hugging Face sorts them. */
export function toPreprocessorConfig({ otherKeys, ...config }: ExtractorConfig): Record<string, unknown> {
  const entries: [string, unknown][] = [
    ...Object.entries({ feature_extractor_type: 'ASTFeatureExtractor', ...otherKeys }),
    ...Object.entries(config).map(([key, value]): [string, unknown] => [FILE_KEYS[key as FileKey], value]),
  ];
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

/** The same as the text of the file. */
export const formatPreprocessorConfig = (config: ExtractorConfig): string =>
  `${JSON.stringify(toPreprocessorConfig(config), null, 2)}\n`;

/** A log energy as features have it: `(log energy - mean) / (2 std)` in single precision, as transformers computes it. */
export function normalizeLogEnergy(logEnergy: number, { doNormalize, mean, std }: ExtractorConfig): number {
  return doNormalize
    ? Math.fround(Math.fround(logEnergy - Math.fround(mean)) / Math.fround(2 * std))
    : Math.fround(logEnergy);
}
