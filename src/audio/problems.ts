import { AudioDecodeError } from '../errors.js';

/** Told of a sound that is damaged but for which something could be read, e.g. of a file that is cut short. */
export type OnAudioWarning = (message: string) => void;

/** How what is found in a sound is said: with its name. */
export interface Problems {
  /** Makes the error for a sound that gives nothing. `reason` is a clause without a full stop: what was found, and where. */
  fail(reason: string, cause?: unknown): AudioDecodeError;
  /** Tells of a sound that gives less than it should. */
  warn(reason: string): void;
}

/** @param name what messages call the sound; @param onWarning default: `console.warn` */
export const problemsOf = (name: string | undefined, onWarning: OnAudioWarning = console.warn): Problems => ({
  fail: (reason, cause) =>
    new AudioDecodeError(
      `Cannot decode ${name ?? 'the sound'}: ${reason}.`,
      name,
      cause === undefined ? {} : { cause },
    ),
  warn: (reason) => onWarning(`${name ?? 'The sound'} is damaged: ${reason}.`),
});
