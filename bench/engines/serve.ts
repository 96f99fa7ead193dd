import { createInterface } from 'node:readline';

/** What a process under test does, over and over. */
export interface Engine {
  /** One run, to its end: what it returns has been computed. The values are compared with those of the peers. */
  run(): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** The most memory held so far, where it is not this process that computes. */
  peakBytes?(): Promise<number>;
  /** Ends what was started for the task. */
  stop?(): Promise<void>;
}

/** Begins a line of the protocol; a library may print others. */
export const PREFIX = '#bench ';

/** What an engine says after it was prepared (without `seconds`) and after each run. */
export interface Answer {
  /** Of one run. */
  seconds?: number;
  /** The most memory the process has held so far. */
  peakBytes?: number;
  /** Of the first run: the beginning of its result. */
  outputs?: number[];
  /** Why there is nothing to measure; the last answer. */
  failed?: string;
}

const COMPARED = 1024;

/**
 * The child's side of the protocol, which pytorch.py speaks too: prepares the task of the command line, then does one
 * measurement for each line of its standard input, of `repeat` runs where one is too short to time.
 */
export async function serve<Task>(prepare: (task: Task) => Promise<Engine>): Promise<void> {
  const answer = (value: Answer) => process.stdout.write(`${PREFIX}${JSON.stringify(value)}\n`);
  try {
    const { repeat = 1, ...task } = JSON.parse(process.argv[2]!) as Task & { repeat?: number };
    const engine = await prepare(task as Task);
    answer({});
    let isFirst = true;
    for await (const _ of createInterface({ input: process.stdin })) {
      let result: ArrayLike<number> = [];
      const begun = performance.now();
      for (let i = 0; i < repeat; i++) result = await engine.run();
      const seconds = (performance.now() - begun) / 1000 / repeat;
      const peakBytes = (await engine.peakBytes?.()) ?? process.resourceUsage().maxRSS * 1024;
      answer({ seconds, peakBytes, ...(isFirst && { outputs: Array.from(result).slice(0, COMPARED) }) });
      isFirst = false;
    }
    await engine.stop?.();
  } catch (error) {
    answer({ failed: (error as Error).message });
  }
  process.exit();
}
