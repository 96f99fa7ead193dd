import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SoundModel } from './soundModel.js';
import { openServer } from './soundServer.js';

/** How a server behaves while it classifies; times in milliseconds. */
export interface Lag {
  /** How late the event loop came to a timer: in the middle, at the 99th percentile, and at worst. */
  readonly loop: readonly [median: number, p99: number, worst: number];
  /** How long a client waited for `GET /health`. */
  readonly health: readonly [median: number, worst: number];
  /** Mean time of a `POST /classify`. */
  readonly classify: number;
}

/** Serves `model`, sends it sounds one after the other, and asks for its health meanwhile. */
export async function measureLag(model: SoundModel, sounds: readonly Uint8Array<ArrayBuffer>[]): Promise<Lag> {
  const { server, url } = await openServer(model, 0);
  const classify = async (body: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${url}/classify`, { method: 'POST', body });
    if (!response.ok) throw new Error(`POST /classify answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  };
  try {
    await classify(sounds[0]!); // compiles and allocates
    const waits: number[] = [];
    let busy = true;
    const resolution = 1;
    const delay = monitorEventLoopDelay({ resolution });
    delay.enable();
    const begun = performance.now();
    const asking = (async () => {
      for (; busy; await sleep(5)) {
        const asked = performance.now();
        await fetch(`${url}/health`).then((response) => response.arrayBuffer());
        waits.push(performance.now() - asked);
      }
    })();
    for (const sound of sounds) await classify(sound);
    const elapsed = performance.now() - begun;
    busy = false;
    await asking;
    delay.disable();
    waits.sort((a, b) => a - b);
    // The monitor tells the time from one timer to the next, its own period included.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
    return {
      loop: [late(delay.percentile(50)), late(delay.percentile(99)), late(delay.max)],
      health: [waits[waits.length >> 1]!, waits.at(-1)!],
      classify: elapsed / sounds.length,
    };
  } finally {
    server.closeAllConnections();
    server.close();
    await model.close();
  }
}
