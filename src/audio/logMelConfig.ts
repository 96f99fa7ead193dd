/** Settings of a {@link LogMelExtractor}; the words are those of {@link ExtractorConfig} and, in camelCase, librosa's. */
export interface LogMelConfig {
  /** Sampling rate of the sounds, in Hz. Default 22050. */
  readonly samplingRate: number;
  /** Mel bins of a frame (librosa's `n_mels`). Default 128. */
  readonly numMelBins: number;
  /** Frames that `extract` gives, `samplingRate / hopLength` a second. Default 215, which is 5 s. */
  readonly maxLength: number;
  /** Samples of a frame, and points of its Fourier transform: a power of two. Default 2048. */
  readonly nFft: number;
  /** Samples from one frame to the next. Default 512. */
  readonly hopLength: number;
  /** Lowest frequency of the mel bins, in Hz. Default 0. */
  readonly fMin: number;
  /** Highest frequency of the mel bins, in Hz. Default: half the sampling rate. */
  readonly fMax: number;
  /** What is before and behind the sound, where the first and last frames reach: zeros (the default), or its mirror image. */
  readonly padMode: 'constant' | 'reflect';
  /** The power that is 0 dB: a number, or the largest of the spectrogram (librosa's `ref=np.max`). Default 1. */
  readonly ref: number | 'max';
  /** The least power. Default 1e-10, which is -100 dB. */
  readonly amin: number;
  /** Values further below the largest than so many dB are raised to that; `null` leaves them. Default 80. */
  readonly topDb: number | null;
  /** Whether `extract` normalises to `(x - mean) / std`. Default false. */
  readonly doNormalize: boolean;
  /** Mean of the values of the training data, in dB. Default 0. */
  readonly mean: number;
  /** Standard deviation of the values of the training data, in dB. Default 1. */
  readonly std: number;
}

const defaults: Omit<LogMelConfig, 'fMax'> = {
  samplingRate: 22_050,
  numMelBins: 128,
  maxLength: 215,
  nFft: 2048,
  hopLength: 512,
  fMin: 0,
  padMode: 'constant',
  ref: 1,
  amin: 1e-10,
  topDb: 80,
  doNormalize: false,
  mean: 0,
  std: 1,
};

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value);

/** What each setting has to be, in words and as a test. */
const limits: readonly (readonly [keyof LogMelConfig, string, (config: LogMelConfig) => boolean])[] = [
  ['samplingRate', 'an integer, 1 or more', ({ samplingRate }) => isCount(samplingRate)],
  ['numMelBins', 'an integer, 1 or more', ({ numMelBins }) => isCount(numMelBins)],
  ['maxLength', 'an integer, 1 or more', ({ maxLength }) => isCount(maxLength)],
  ['nFft', 'a power of two, 2 or more', ({ nFft }) => nFft >= 2 && Number.isInteger(Math.log2(nFft))],
  ['hopLength', 'an integer, 1 or more', ({ hopLength }) => isCount(hopLength)],
  ['fMin', 'a number of 0 or more, below fMax', ({ fMin, fMax }) => fMin >= 0 && fMin < fMax],
  ['fMax', 'a number up to half the sampling rate', ({ fMax, samplingRate }) => fMax <= samplingRate / 2],
  ['padMode', "'constant' or 'reflect'", ({ padMode }) => ['constant', 'reflect'].includes(padMode)],
  ['ref', "a positive number, or 'max'", ({ ref }) => ref === 'max' || isPositive(ref)],
  ['amin', 'a positive number', ({ amin }) => isPositive(amin)],
  ['topDb', 'a number of 0 or more, or null', ({ topDb }) => topDb === null || (Number.isFinite(topDb) && topDb >= 0)],
  ['mean', 'a finite number', ({ mean }) => Number.isFinite(mean)],
  ['std', 'a positive number', ({ std }) => isPositive(std)],
];

/** Fills in defaults. Throws a RangeError that names a setting which is unknown or out of range. */
export function completeLogMelConfig(config: Partial<LogMelConfig>): LogMelConfig {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const complete: LogMelConfig = Object.freeze({
    fMax: (config.samplingRate ?? defaults.samplingRate) / 2,
    ...defaults,
    ...given,
  });
  const unknown = Object.keys(given).find((key) => key !== 'fMax' && !(key in defaults));
  if (unknown !== undefined)
    throw new RangeError(`There is no setting '${unknown}'; expected ${Object.keys(complete).join(', ')}.`);
  for (const [key, expected, holds] of limits)
    if (!holds(complete)) throw new RangeError(`Expected ${key} to be ${expected}, got ${String(complete[key])}.`);
  return complete;
}
