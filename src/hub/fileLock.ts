import type { FileSystem, Processes } from '../platform/platform.js';
import { sleep } from './retries.js';

/** A lock that is held. */
export interface FileLock {
  /** Throws a {@link LostLockError} when another process has taken it, for this one stood still as if it were dead. */
  check(): Promise<void>;
  release(): Promise<void>;
}

export class LostLockError extends Error {}

/** Who has the lock. */
export interface LockHolder {
  readonly host: string;
  readonly processId: number;
}

/** A ticket that was not renewed for so long is that of a dead process, on whatever machine it was. */
const DEAD_AFTER_SECONDS = 30;
const RENEWAL_SECONDS = 5;
/** How often who waits looks. */
const LOOK_SECONDS = 0.1;

interface Ticket {
  readonly file: string;
  readonly number: number;
  readonly holder: LockHolder;
}

const TICKET = /\.(\d{8})-(\d+)-[0-9a-f]+-(.*)\.lock$/;

/**
 * Waits for the lock `name` in `directory`, which processes of this machine, and of others with the same disk, take one after the
 * other. It is none of the system's, as Node has none: who wants it draws a ticket, a file `name.NUMBER-PROCESS-….lock` whose number
 * is above all others', and has the lock when no lower number is left (Lamport's bakery). Tickets of processes that were killed are thrown away
 * by those that wait; every name is used once, so that none can throw away a living one by mistake.
 *
 * @param onWait told, once, that another process has the lock
 */
export async function acquireLock(
  files: FileSystem,
  processes: Processes,
  directory: string,
  name: string,
  onWait: (holder: LockHolder) => void,
): Promise<FileLock> {
  const pathOf = (file: string): string => files.join(directory, file);

  async function listTickets(): Promise<Ticket[]> {
    const found = (await files.stat(directory)) ? await files.list(directory) : [];
    return found.flatMap((file) => {
      const [suffix, number, processId, host] = TICKET.exec(file) ?? [];
      if (suffix === undefined || file !== name + suffix) return [];
      return [{ file, number: Number(number), holder: { host: host!, processId: Number(processId) } }];
    });
  }

  async function drawTicket(): Promise<Ticket> {
    for (;;) {
      const number = 1 + Math.max(0, ...(await listTickets()).map((ticket) => ticket.number));
      const random = Math.floor(Math.random() * 2 ** 32).toString(16);
      const host = encodeURIComponent(processes.host);
      const file = `${name}.${String(number).padStart(8, '0')}-${processes.id}-${random}-${host}.lock`;
      if (!(await files.createFile(pathOf(file)))) continue;
      // One with this number or a higher one that came in between may have the lock, or draw again as well.
      const others = (await listTickets()).filter((ticket) => ticket.file !== file);
      if (others.every((ticket) => ticket.number < number))
        return { file, number, holder: { host, processId: processes.id } };
      await files.remove(pathOf(file));
      await sleep(LOOK_SECONDS * Math.random());
    }
  }

  async function isDead({ file, holder }: Ticket): Promise<boolean> {
    if (holder.host === encodeURIComponent(processes.host) && !processes.isRunning(holder.processId)) return true;
    const renewed = (await files.stat(pathOf(file)))?.modified.getTime() ?? 0;
    return Date.now() - renewed > 1000 * DEAD_AFTER_SECONDS;
  }

  let mine = await drawTicket();
  for (let hasTold = false; ; ) {
    const before = (await listTickets()).filter((ticket) => ticket.number < mine.number);
    let first: Ticket | undefined;
    for (const ticket of before) {
      if (await isDead(ticket)) await files.remove(pathOf(ticket.file));
      else first ??= ticket;
    }
    if (!first) break;
    if (!hasTold) onWait(first.holder);
    hasTold = true;
    await sleep(LOOK_SECONDS * (0.5 + Math.random()));
    if (!(await files.touch(pathOf(mine.file)))) mine = await drawTicket(); // thrown away while this process slept
  }
  return holdTicket(files, pathOf(mine.file));
}

function holdTicket(files: FileSystem, path: string): FileLock {
  let renewed = Date.now();
  let isLost = false;
  async function renew(): Promise<void> {
    const now = Date.now();
    if (await files.touch(path)) renewed = now;
    else isLost = true;
  }
  const timer = setInterval(() => void renew().catch(() => {}), 1000 * RENEWAL_SECONDS);
  (timer as { unref?: () => void }).unref?.(); // Node's: it alone does not keep the process alive
  return {
    async check() {
      if (Date.now() - renewed > 1000 * DEAD_AFTER_SECONDS) await renew();
      if (isLost) throw new LostLockError(`The lock ${path} was taken by another process.`);
    },
    async release() {
      clearInterval(timer);
      await files.remove(path);
    },
  };
}
