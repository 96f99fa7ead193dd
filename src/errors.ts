/**
 * The errors this library throws on purpose. Each message says what was expected, what was found and what to do;
 * the fields carry the same facts for programs. A caller's mistake throws before any work starts.
 */

/** A sound that cannot be decoded: broken bytes, an unknown container or codec, or no samples at all. */
export class AudioDecodeError extends Error {
  override readonly name = 'AudioDecodeError';
  constructor(
    message: string,
    /** Name of the file, or `undefined` when bytes were given. */
    readonly file?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Samples or features that a stage cannot take: empty, not finite, of the wrong rate or shape. */
export class AudioInputError extends Error {
  override readonly name = 'AudioInputError';
}

/** A checkpoint that cannot be read or does not fit: malformed file, missing, surplus or misshapen tensors. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  constructor(
    message: string,
    /** Names of the tensors the error is about; empty when it is about the file. */
    readonly tensors: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A file that the Hugging Face Hub did not give: wrong name, private repository, rate limit, broken connection. */
export class HubError extends Error {
  override readonly name = 'HubError';
  constructor(
    message: string,
    /** HTTP status, or `undefined` when there was no answer. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A data set that cannot be used: missing files or columns, unknown labels, unreadable recordings. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** A backend of TensorFlow.js that is not installed, unknown, or did not start. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

/** Training that cannot start or go on: wrong arguments, labels out of range, a loss that is not a number. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
