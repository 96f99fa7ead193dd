/**
 * The errors this library throws on purpose. Each message says what was expected, what was found and what to do;
 * the fields carry the same facts for programs. A caller's mistake throws before any work starts.
 */

/**
 * A sound that cannot be decoded: broken bytes, an unknown container or codec, or no samples at all.
 *
 * @example
 * ```ts
 * try {
 *   await readAudio('broken.wav');
 * } catch (error) {
 *   if (error instanceof AudioDecodeError) console.warn(`skipped ${error.file}: ${error.message}`);
 * }
 * ```
 */
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

/**
 * Samples or features that a stage cannot take: empty, not finite, of the wrong rate or shape.
 *
 * @example
 * ```ts
 * if (error instanceof AudioInputError) console.warn('not a usable sound:', error.message);
 * ```
 */
export class AudioInputError extends Error {
  override readonly name = 'AudioInputError';
}

/**
 * Why there is no sound of a microphone.
 *
 * - `'permission'`: the user, the system or the page's policy refuses it
 * - `'device'`: there is no microphone, or none of this `deviceId`
 * - `'busy'`: it does not start, e.g. as another program uses it
 * - `'disconnected'`: it was unplugged, or its use withdrawn, while it recorded
 * - `'insecure'`: the page is neither https nor localhost
 * - `'unsupported'`: this browser cannot record; nor can Node or a worker
 * - `'blocked'`: the page's content security policy forbids the worklet
 * - `'gesture'`: the browser waits for a click before it starts sound
 */
export type MicrophoneErrorReason =
  | 'permission'
  | 'device'
  | 'busy'
  | 'disconnected'
  | 'insecure'
  | 'unsupported'
  | 'blocked'
  | 'gesture';

/**
 * A microphone that does not record.
 *
 * @example
 * ```ts
 * if (error instanceof MicrophoneError && error.reason === 'permission') show('Allow the microphone beside the address.');
 * ```
 */
export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError';
  constructor(
    message: string,
    /** What went wrong, for programs. */
    readonly reason: MicrophoneErrorReason,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A checkpoint that cannot be read or does not fit: malformed file, missing, surplus or misshapen tensors.
 *
 * @example
 * ```ts
 * if (error instanceof CheckpointError) console.error(error.tensors); // ['classifier.dense.weight', …]
 * ```
 */
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

/**
 * Why the Hub did not give something.
 *
 * - `'repository'`: there is no repository of this name, or it is private: the Hub does not say which to those who may not read it
 * - `'gated'`: its conditions are not accepted
 * - `'token'`: the access token is not one, or not valid
 * - `'revision'`, `'file'`: the repository has no such branch, tag or commit; no such file
 * - `'network'`: no connection, or one that broke or stalled too often
 * - `'busy'`: the server answers that it is overloaded, fails, or is asked too often
 * - `'offline'`: it is not in the cache, and `HF_HUB_OFFLINE` forbids to ask the Hub
 * - `'disk'`: the cache cannot be written: a full disk, or no permission
 * - `'content'`: what came is not what the Hub promised, or cannot be read
 */
export type HubErrorReason =
  | 'repository'
  | 'gated'
  | 'token'
  | 'revision'
  | 'file'
  | 'network'
  | 'busy'
  | 'offline'
  | 'disk'
  | 'content';

/**
 * A file that the Hugging Face Hub did not give: wrong name, private repository, rate limit, broken connection, full disk.
 *
 * @example
 * ```ts
 * if (error instanceof HubError && error.reason === 'gated') console.error('accept its conditions on the page of the model');
 * ```
 */
export class HubError extends Error {
  override readonly name = 'HubError';
  /** What went wrong, for programs; `undefined` where the message alone tells. */
  readonly reason: HubErrorReason | undefined;
  constructor(
    message: string,
    /** HTTP status, or `undefined` when there was no answer. */
    readonly status?: number,
    options?: ErrorOptions & { reason?: HubErrorReason },
  ) {
    super(message, options);
    this.reason = options?.reason;
  }
}

/**
 * A data set that cannot be used: missing files or columns, unknown labels, unreadable recordings.
 *
 * @example
 * ```ts
 * if (error instanceof DatasetError) console.error(error.message); // names the recording or column
 * ```
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/**
 * An evaluation that cannot be read, made or compared: a file of another kind, a model without what is needed, other clips.
 *
 * @example
 * ```ts
 * if (error instanceof EvaluationError) console.error(error.message); // names the file and what is wrong in it
 * ```
 */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * A backend of TensorFlow.js that is not installed, unknown, or did not start.
 *
 * @example
 * ```ts
 * await useBackend('webgl').catch((error) => (error instanceof BackendError ? useBackend('wasm') : Promise.reject(error)));
 * ```
 */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

/**
 * Training that cannot start or go on: wrong arguments, labels out of range, a loss that is not a number.
 *
 * @example
 * ```ts
 * if (error instanceof TrainingError) console.error(error.message); // names the step and its clips
 * ```
 */
export class TrainingError extends Error {
  override readonly name: string = 'TrainingError';
}

/**
 * A loss or gradient that is not a number. The parameters are as they were before the step.
 *
 * @example
 * ```ts
 * if (error instanceof DivergenceError) console.error(error.step, error.ids); // 12 ['1-977-A-39.wav', …]
 * ```
 */
export class DivergenceError extends TrainingError {
  override readonly name = 'DivergenceError';
  constructor(
    message: string,
    /** The optimizer step that was not done, from 1. */
    readonly step: number,
    /** The clips of the batches at fault; all clips of the step where no single batch is. */
    readonly ids: readonly string[],
    /** Norm of each parameter's gradient, those that are not finite first, then the largest. */
    readonly gradientNorms: ReadonlyMap<string, number>,
  ) {
    super(message);
  }
}
