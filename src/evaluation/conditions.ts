import type { Waveform } from '../audio/index.js';
import {
  addGaussianSnr,
  gain,
  lowPassFilter,
  pitchShift,
  timeStretch,
  type WaveformAugmentation,
} from '../augment/index.js';
import type { Random } from '../random.js';
import { loadMp3Codec, mp3BitRates } from './mp3.js';

/** Severities of what is done to sounds; what is left out is not done. */
export interface RobustnessConditions {
  /** White noise at these signal-to-noise ratios, in dB; the smaller, the more noise. */
  readonly noise?: readonly number[];
  /** Speeds at the same pitch, 0.1 to 10; below 1 is slower. */
  readonly stretch?: readonly number[];
  /** Shifts of pitch at the same speed, in semitones, -24 to 24. */
  readonly pitch?: readonly number[];
  /** Changes of loudness, in dB. */
  readonly gain?: readonly number[];
  /** Cut-off frequencies of a low pass of 24 dB an octave, in Hz, 6 dB down there. */
  readonly lowpass?: readonly number[];
  /** Bit rates of MP3, in kbit/s: 8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320. */
  readonly mp3?: readonly number[];
}

export type ConditionKind = keyof RobustnessConditions;

/** Changes a sound; random numbers are the clip's own. */
export type Corruption = (waveform: Waveform, random: Random) => Waveform | Promise<Waveform>;

/** What is done to sounds, in the order in which curves come. */
export const conditions: Readonly<
  Record<ConditionKind, { unit: string; make: (severity: number) => WaveformAugmentation }>
> = {
  noise: { unit: 'dB', make: (snr) => addGaussianSnr({ minSnrDb: snr, maxSnrDb: snr, p: 1 }) },
  stretch: {
    unit: 'x',
    // As long as it becomes: the extractor cuts and fills, as it does with sounds of any length.
    make: (rate) => timeStretch({ minRate: rate, maxRate: rate, leaveLengthUnchanged: false, p: 1 }),
  },
  pitch: { unit: 'semitones', make: (shift) => pitchShift({ minSemitones: shift, maxSemitones: shift, p: 1 }) },
  gain: { unit: 'dB', make: (decibels) => gain({ minGainDb: decibels, maxGainDb: decibels, p: 1 }) },
  lowpass: {
    unit: 'Hz',
    make: (cutoff) =>
      lowPassFilter({
        minCutoffFreq: cutoff,
        maxCutoffFreq: cutoff,
        minRolloff: 24,
        maxRolloff: 24,
        zeroPhase: true,
        p: 1,
      }),
  },
  mp3: { unit: 'kbit/s', make: checkBitRate },
};

function checkBitRate(bitRate: number): WaveformAugmentation {
  if (!(mp3BitRates as readonly number[]).includes(bitRate))
    throw new RangeError(
      `robustness expects mp3 to be bit rates of [${mp3BitRates.join(', ')}] kbit/s, got ${bitRate}.`,
    );
  return (waveform) => waveform; // what encodes it is loaded later
}

/** One kind of change in one severity. */
export interface Condition {
  readonly kind: ConditionKind;
  readonly severity: number;
  readonly corrupt: Corruption;
}

/**
 * All conditions that are asked for.
 *
 * @throws {RangeError} when a kind is unknown, or a severity out of range
 * @throws {EvaluationError} when the encoder of MP3 is not installed
 */
export async function prepareConditions(asked: RobustnessConditions): Promise<Condition[]> {
  const list: Condition[] = [];
  for (const [kind, { make }] of Object.entries(conditions) as [ConditionKind, (typeof conditions)[ConditionKind]][])
    for (const severity of asked[kind] ?? []) {
      if (!Number.isFinite(severity))
        throw new RangeError(`robustness expects the severities of ${kind} to be finite numbers, got ${severity}.`);
      list.push({ kind, severity, corrupt: make(severity) });
    }
  if (list.length === 0)
    throw new RangeError(
      `robustness expects severities of at least one of ${Object.keys(conditions).join(', ')}, as { noise: [20, 10, 0] }.`,
    );
  if (!asked.mp3?.length) return list;
  const codec = await loadMp3Codec();
  return list.map((condition) =>
    condition.kind === 'mp3' ? { ...condition, corrupt: (waveform) => codec(waveform, condition.severity) } : condition,
  );
}
