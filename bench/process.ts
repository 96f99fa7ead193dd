import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Answer, PREFIX } from './engines/serve.js';
import { python } from './peers.js';

/** A program of engines/ and what it is to do. */
export interface Command {
  file: `${string}.ts` | `${string}.py`;
  task: Readonly<Record<string, unknown>>;
}

/** A process that is ready to run its task. */
export interface RunningEngine {
  run(): Promise<Required<Pick<Answer, 'seconds' | 'peakBytes'>> & Answer>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/**
 * Starts an engine in a process of its own, so that no engine finds another's threads and memory, and waits until it is ready.
 *
 * @throws {Error} with the reason when it cannot do its task
 */
export async function startEngine({ file, task }: Command): Promise<RunningEngine> {
  const path = join(import.meta.dirname, 'engines', file);
  const [program, ...args] = file.endsWith('.py') ? [python(), path] : [process.execPath, '--import', 'tsx', path];
  const child = spawn(program!, [...args, JSON.stringify(task)], { cwd: root });
  const ended = once(child, 'close');
  // Writing to a process that is gone fails here; that it is gone is said where its answer is missed.
  child.stdin.on('error', () => {});
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints = (complaints + text).slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function answer(): Promise<Answer> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) {
        await ended;
        const reason = child.signalCode ?? complaints.trim().split('\n').at(-1);
        throw new Error(`${file} ended without an answer: ${reason}`);
      }
      if (!value.startsWith(PREFIX)) continue;
      const { failed, ...said } = JSON.parse(value.slice(PREFIX.length)) as Answer;
      if (failed === undefined) return said;
      throw new Error(failed);
    }
  }

  await answer();
  return {
    async run() {
      child.stdin.write('run\n');
      const { seconds, peakBytes, outputs } = await answer();
      return { seconds: seconds!, peakBytes: peakBytes!, outputs };
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
