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

/** The settings that have a key of their own in a `preprocessor_config.json`. */
export type ExtractorKey = Exclude<keyof ExtractorConfig, 'otherKeys'>;

/** What each number has to be, in words and as a test. */
const LIMITS: readonly (readonly [ExtractorKey, string, (value: number) => boolean])[] = [
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
  nameOf: (key: ExtractorKey) => string = (key) => key,
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

/** A log energy as features have it: `(log energy - mean) / (2 std)` in single precision, as transformers computes it. */
export function normalizeLogEnergy(logEnergy: number, { doNormalize, mean, std }: ExtractorConfig): number {
  return doNormalize
    ? Math.fround(Math.fround(logEnergy - Math.fround(mean)) / Math.fround(2 * std))
    : Math.fround(logEnergy);
}
