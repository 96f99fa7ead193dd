import { SAMPLE_RATE } from '../protocol.js';
import { cursor, playing } from '../state.js';

let context: AudioContext | undefined;
let stop: () => void = () => {};

/** Plays samples, or stops them where they play. The cursor goes with a sound that is `followed`. */
export async function toggle(id: string, samples: Float32Array, { follow = false, from = 0 } = {}): Promise<void> {
  const wasPlaying = playing.value === id;
  stop();
  if (wasPlaying) return;
  playing.value = id;
  context ??= new AudioContext();
  await context.resume();
  const buffer = context.createBuffer(1, samples.length, SAMPLE_RATE);
  buffer.copyToChannel(new Float32Array(samples), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  const begun = context.currentTime - from;
  let isPlaying = true;
  stop = () => {
    isPlaying = false;
    source.stop();
    playing.value = undefined;
    stop = () => {};
  };
  source.addEventListener('ended', () => isPlaying && stop());
  source.start(0, from);
  const step = (): void => {
    if (!isPlaying) return;
    cursor.value = Math.min(context!.currentTime - begun, buffer.duration);
    requestAnimationFrame(step);
  };
  if (follow) step();
}
