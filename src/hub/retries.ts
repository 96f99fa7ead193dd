import { HubError } from '../errors.js';
import { timeoutOfEnvironment } from './environment.js';

/** How a request that fails for now is tried again. */
export interface RetryOptions {
  /** Tries after the first one, in a row without progress. Default 5; 0 for none. */
  readonly retries?: number;
  /** Seconds before the first of them, doubled each time up to 16 times as many, less up to a half at random. Default 1. */
  readonly waitSeconds?: number;
  /** The longest that a server may have us wait (`Retry-After`), in seconds; one that asks for more ends the call. Default 60. */
  readonly maxWaitSeconds?: number;
  /** Seconds without a byte after which a connection is given up. Default `HF_HUB_DOWNLOAD_TIMEOUT`, else 30. */
  readonly stallSeconds?: number;
}

/** {@link RetryOptions} with nothing left open, and who is told. */
export interface RetryPolicy extends Required<RetryOptions> {
  readonly onWarning: (message: string) => void;
}

export function retryPolicyOf(
  retry: RetryOptions = {},
  onWarning: RetryPolicy['onWarning'] = console.warn,
): RetryPolicy {
  const policy = {
    retries: retry.retries ?? 5,
    waitSeconds: retry.waitSeconds ?? 1,
    maxWaitSeconds: retry.maxWaitSeconds ?? 60,
    stallSeconds: retry.stallSeconds ?? timeoutOfEnvironment() ?? 30,
  };
  if (!Number.isInteger(policy.retries)) throw new RangeError(`retries is ${policy.retries}, expected a whole number.`);
  for (const [name, value] of Object.entries(policy))
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}, expected 0 or more.`);
  return { ...policy, onWarning };
}

/** A failure that may be over soon. */
export class PassingError extends HubError {
  constructor(
    message: string,
    options: ErrorOptions & {
      reason: HubError['reason'];
      status?: number;
      /** Seconds that the server asks to wait. */
      retryAfter?: number | undefined;
      /** There never was a connection: few tries tell whether there is a network. */
      isUnreachable?: boolean;
    },
  ) {
    super(message, options.status, options);
    this.retryAfter = options.retryAfter;
    this.isUnreachable = options.isUnreachable ?? false;
  }
  readonly retryAfter: number | undefined;
  readonly isUnreachable: boolean;
}

/** Counts the tries of one request or download. */
export interface Tries {
  /** Tells the user and waits before the next try; throws `error` when there is to be none. */
  waitAfter(error: unknown): Promise<void>;
  /** There was progress: what failed before counts no longer. */
  restart(): void;
}

/** Without a network, there is an answer from the cache or an error to be given: not half a minute later. */
const UNREACHABLE_RETRIES = 2;
const LONGEST_BACK_OFF = 16;

export function countTries({ retries, waitSeconds, maxWaitSeconds, onWarning }: RetryPolicy): Tries {
  let failures = 0;
  let hadProgress = false;
  return {
    restart() {
      failures = 0;
      hadProgress = true;
    },
    async waitAfter(error) {
      if (!(error instanceof PassingError)) throw error;
      const most = error.isUnreachable && !hadProgress ? Math.min(retries, UNREACHABLE_RETRIES) : retries;
      if (failures >= most || (error.retryAfter ?? 0) > maxWaitSeconds) throw error;
      const backOff = waitSeconds * Math.min(2 ** failures, LONGEST_BACK_OFF) * (0.5 + Math.random() / 2);
      const seconds = Math.max(backOff, error.retryAfter ?? 0);
      failures++;
      onWarning(`${error.message} Trying again in ${seconds.toFixed(1)} s (retry ${failures} of ${most}).`);
      await sleep(seconds);
    },
  };
}

/** Calls `attempt` until it succeeds, or fails for good. */
export async function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  const tries = countTries(policy);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      await tries.waitAfter(error);
    }
  }
}

export const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
