import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { acquireLock, type FileLock, type LockHolder, LostLockError } from '../../src/hub/fileLock.js';
import { sleep } from '../../src/hub/retries.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

const acquire = (onWait: (holder: LockHolder) => void = () => {}, name = 'blob'): Promise<FileLock> =>
  acquireLock(platform.files!, platform.processes!, directory, name, onWait);
/** No process has it: the system gives numbers up to 2^22. */
const DEAD = 2 ** 30;
function writeTicket(processId: number, host = hostname(), secondsAgo = 0): string {
  const path = join(directory, `blob.00000007-${processId}-abc-${encodeURIComponent(host)}.lock`);
  writeFileSync(path, '');
  const renewed = Date.now() / 1000 - secondsAgo;
  utimesSync(path, renewed, renewed);
  return path;
}

describe('a lock', () => {
  it('is had by one at a time, and by all in the end', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      const lock = await acquire();
      most = Math.max(most, ++inside);
      await sleep(0.005);
      await lock.check();
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 12 }, work));
    expect(most).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('of another name is not waited for', async () => {
    const first = await acquire();
    const second = await acquire(() => expect.unreachable(), 'blob.other');
    await second.release();
    await first.release();
  });

  it('of a process that was killed is taken at once', async () => {
    writeTicket(DEAD);
    const lock = await acquire(() => expect.unreachable());
    expect(readdirSync(directory)).toHaveLength(1);
    await lock.release();
  });

  it('of a process on another machine is taken when that says nothing for 30 s', async () => {
    writeTicket(process.pid, 'elsewhere', 31);
    await (await acquire(() => expect.unreachable())).release();

    const ticket = writeTicket(DEAD, 'else/where', 25);
    const onWait = vi.fn(() => rmSync(ticket));
    await (await acquire(onWait)).release();
    expect(onWait.mock.calls).toEqual([[{ host: 'else%2Fwhere', processId: DEAD }]]);
  });

  it('is waited for while its process lives', async () => {
    const ticket = writeTicket(process.pid);
    let isRemoved = false;
    const onWait = vi.fn(() => {
      setTimeout(() => {
        isRemoved = true;
        rmSync(ticket);
      }, 300);
    });
    const lock = await acquire(onWait);
    expect(isRemoved).toBe(true);
    expect(onWait).toHaveBeenCalledOnce();
    await lock.release();
  });

  it('is renewed while it is held, and known to be lost when another process took it', async () => {
    mkdirSync(directory, { recursive: true });
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const lock = await acquire();
    const [ticket] = readdirSync(directory);
    const age = async (): Promise<number> => {
      const { modified } = (await platform.files!.stat(join(directory, ticket!)))!;
      return Date.now() - modified.getTime();
    };
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(5000);
      for (let looks = 0; looks < 500 && (await age()) > 1000; looks++) await sleep(0.01); // the disk has its own time
      expect(await age()).toBeLessThan(1000);
    }

    vi.setSystemTime(Date.now() + 60_000); // the machine slept
    await lock.check(); // nobody took it
    rmSync(join(directory, ticket!));
    vi.setSystemTime(Date.now() + 60_000);
    await expect(lock.check()).rejects.toThrow(LostLockError);
    await lock.release();
  });
});
