import type { MicrophoneError } from 'ast-ts';
import { type Microphone, openMicrophone } from 'ast-ts/microphone';
import { createStrip } from '../draw/strip.js';
import { SAMPLE_RATE } from '../protocol.js';
import { cursor, listening, model, notify, type Scene, scene, showAttention, touchScene } from '../state.js';
import { readSound } from './files.js';
import { open } from './scene.js';
import { askModel, askSound } from './workers.js';

/** What is shown of a live sound, in seconds. */
export const LIVE_SECONDS = 10;
/** Labels come as often as this, if the model is fast enough. */
const HOP = 0.4;
/** Before there is so much, there is nothing to say. */
const FIRST = 0.8;

let microphone: Microphone | undefined;
/** Ends when the last sound of the microphone is dealt with. */
let following: Promise<void> = Promise.resolve();
/** Who else hears the microphone, e.g. to record a class. */
interface Listener {
  onPiece(samples: Float32Array): void;
  onEnd(): void;
}
let listener: Listener | undefined;
export const hear = (who: Listener | undefined): void => void (listener = who);

/** One after another; the last one stays in view. */
export async function openFiles(files: readonly File[]): Promise<void> {
  await stopMicrophone();
  for (const file of files) {
    const heard = await readSound(file);
    if (heard) await open(file.name, heard);
  }
}

export async function openExample(label: string): Promise<void> {
  await stopMicrophone();
  await open(label, await askSound('example', { label, number: Math.floor(Math.random() * 5) }));
}

/** Opens the microphone; says so and gives false where that is not possible. */
export async function startMicrophone(): Promise<boolean> {
  if (listening.value) return true;
  try {
    microphone = await openMicrophone();
  } catch (error) {
    tellOf(error);
    return false;
  }
  listening.value = true;
  await askSound('begin', undefined);
  const strip = createStrip(LIVE_SECONDS * 100, 100);
  const live: Scene = { name: '', live: true, seconds: 0, strip, windows: [], attention: [], busy: false };
  scene.value = live;
  cursor.value = undefined;
  following = follow(microphone, live);
  return true;
}

export async function stopMicrophone(): Promise<void> {
  await microphone?.stop();
  await following;
}

function tellOf(error: unknown): void {
  const { reason } = error as Partial<MicrophoneError>;
  if (reason === 'permission') notify('microphoneRefused', { error });
  else if (reason === 'device') notify('microphoneMissing', { error });
  else if (reason === 'disconnected') notify('microphoneLost', { error });
  else if (reason === 'insecure') notify('microphoneInsecure', { error });
  else notify('microphoneFailed', { error });
}

async function follow(source: Microphone, live: Scene): Promise<void> {
  let recent = new Float32Array(0);
  try {
    for await (const piece of source) {
      listener?.onPiece(piece);
      live.seconds += piece.length / SAMPLE_RATE;
      const most = Math.round((model.value?.seconds ?? 1) * SAMPLE_RATE);
      recent = joined(recent, piece).slice(-most);
      live.strip.append(await askSound('push', piece));
      touchScene();
      void recognise(live, recent);
    }
  } catch (error) {
    tellOf(error);
  } finally {
    listening.value = false;
    listener?.onEnd();
    touchScene();
  }
}

/** Asks the model about the last seconds, unless it is still busy with those before: then it is asked about the next. */
async function recognise(live: Scene, samples: Float32Array): Promise<void> {
  const end = live.seconds;
  const since = end - (live.windows.at(-1)?.end ?? FIRST - HOP);
  if (live.busy || since < HOP || !model.value || scene.value !== live) return;
  live.busy = true;
  try {
    const { seconds, latency } = model.value;
    const [window] = await askModel('classify', { samples, hopSeconds: seconds });
    const start = end - samples.length / SAMPLE_RATE;
    live.windows = [...live.windows.filter((old) => old.end > end - LIVE_SECONDS), { ...window!, start, end }];
    touchScene();
    // Attention costs as much again: a slow model gives labels alone.
    if (showAttention.value && latency < 0.2) {
      const map = await askModel('attend', { samples });
      live.attention = [{ start, end: start + seconds, map }];
      touchScene();
    }
  } catch (error) {
    if ((error as Error).name !== 'Lost') notify('classifyFailed', { error });
  } finally {
    live.busy = false;
  }
}

export function joined(first: Float32Array, second: Float32Array): Float32Array<ArrayBuffer> {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
