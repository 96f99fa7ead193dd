import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../src/errors.js';
import { PassingError, type RetryOptions, retryPolicyOf, withRetries } from '../../src/hub/retries.js';

const busy = (retryAfter?: number) => new PassingError('Busy.', { status: 503, reason: 'busy', retryAfter });
const unreachable = () => new PassingError('No network.', { reason: 'network', isUnreachable: true });

describe('a request that fails', () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(1);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Tries with the errors given, then succeeds; @returns how it ended, and the seconds that it waited in all */
  async function run(errors: Error[], options: RetryOptions = {}): Promise<[result: unknown, seconds: number]> {
    const start = Date.now();
    const attempt = vi.fn(async () => {
      const error = errors.shift();
      if (error) throw error;
      return 'done';
    });
    const result = withRetries(
      attempt,
      retryPolicyOf(options, (text) => void warnings.push(text)),
    ).catch((error) => error);
    await vi.runAllTimersAsync();
    return [await result, (Date.now() - start) / 1000];
  }

  it('is tried five times more, after 1, 2, 4, 8 and 16 s', async () => {
    expect(await run([busy(), busy(), busy(), busy(), busy()])).toEqual(['done', 31]);
    expect(warnings[0]).toBe('Busy. Trying again in 1.0 s (retry 1 of 5).');
    const [error] = await run(Array.from({ length: 6 }, () => busy()));
    expect(error).toBeInstanceOf(HubError);
  });

  it('waits up to a half less, at random, so that many do not come back at once', async () => {
    vi.mocked(Math.random).mockReturnValue(0);
    expect(await run([busy(), busy()])).toEqual(['done', 1.5]);
  });

  it('waits as long as the server asks, and no longer than is reasonable', async () => {
    expect(await run([busy(20)])).toEqual(['done', 20]);
    expect(await run([busy(61)])).toEqual([expect.any(PassingError), 0]);
    expect(await run([busy(61)], { maxWaitSeconds: 100 })).toEqual(['done', 61]);
  });

  it('is tried only twice more where there is no network', async () => {
    expect(await run([unreachable(), unreachable(), unreachable()])).toEqual([expect.any(PassingError), 3]);
  });

  it('is not tried again when it would fail again', async () => {
    const gone = new HubError('Gone.', 404);
    expect(await run([gone])).toEqual([gone, 0]);
    expect(await run([busy()], { retries: 0 })).toEqual([expect.any(PassingError), 0]);
  });

  it('has settings that are checked', () => {
    expect(() => retryPolicyOf({ retries: -1 })).toThrow('retries is -1, expected 0 or more');
    expect(() => retryPolicyOf({ retries: 1.5 })).toThrow('retries is 1.5, expected a whole number');
    expect(() => retryPolicyOf({ stallSeconds: Number.NaN })).toThrow('stallSeconds is NaN');
  });
});
