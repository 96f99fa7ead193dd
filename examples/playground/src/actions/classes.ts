import { words } from '../i18n/index.js';
import { SAMPLE_RATE } from '../protocol.js';
import { type Clip, classes, listening, notify, recording, type SoundClass, scene } from '../state.js';
import { forgetClip, storeClasses, storeClip } from '../storage.js';
import { readSound } from './files.js';
import { hear, joined, startMicrophone, stopMicrophone } from './listen.js';

/** In seconds. */
const SHORTEST = 0.5;
const LONGEST = 10;

const change = (id: string, how: (one: SoundClass) => SoundClass): void => {
  classes.value = classes.value.map((one) => (one.id === id ? how(one) : one));
};

export async function addClass(): Promise<void> {
  const names = new Set(classes.value.map(({ name }) => name));
  let number = classes.value.length + 1;
  while (names.has(words.value.classes.newName(number))) number++;
  const name = words.value.classes.newName(number);
  classes.value = [...classes.value, { id: crypto.randomUUID(), name, clips: [] }];
  await storeClasses();
}

export async function renameClass(id: string, name: string): Promise<void> {
  change(id, (one) => ({ ...one, name }));
  await storeClasses();
}

export async function removeClass(id: string): Promise<void> {
  const { clips } = classes.value.find((one) => one.id === id)!;
  classes.value = classes.value.filter((one) => one.id !== id);
  await storeClasses();
  for (const clip of clips) await forgetClip(clip.id);
}

/** The clip first, then the list that names it: a page that is closed in between loses nothing that it showed. */
export async function addClip(id: string, name: string, samples: Float32Array): Promise<void> {
  const clip: Clip = { id: crypto.randomUUID(), name, samples };
  change(id, (one) => ({ ...one, clips: [...one.clips, clip] }));
  if (await storeClip(clip)) await storeClasses();
}

export async function removeClip(id: string, clip: string): Promise<void> {
  change(id, (one) => ({ ...one, clips: one.clips.filter((other) => other.id !== clip) }));
  await storeClasses();
  await forgetClip(clip);
}

export async function addFiles(id: string, files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const heard = await readSound(file);
    if (heard) await addClip(id, file.name, heard.samples);
  }
}

export async function addShown(id: string): Promise<void> {
  const { name, samples } = scene.value ?? {};
  if (samples) await addClip(id, name!, samples);
}

let finish: (() => Promise<void>) | undefined;

/** Records a clip of a class until it is called again, for ten seconds at most. */
export async function toggleRecording(id: string): Promise<void> {
  const isEnd = recording.value === id;
  await finish?.();
  if (isEnd) return;
  const wasListening = listening.value;
  if (!(await startMicrophone())) return;
  recording.value = id;
  let samples = new Float32Array(0);
  finish = async () => {
    finish = undefined;
    hear(undefined);
    recording.value = undefined;
    if (!wasListening) await stopMicrophone();
    if (samples.length < SHORTEST * SAMPLE_RATE) return notify('tooShort');
    const count = classes.value.find((one) => one.id === id)?.clips.length ?? 0;
    await addClip(id, words.value.classes.recording(count + 1), samples);
  };
  hear({
    onPiece(piece) {
      samples = joined(samples, piece);
      if (samples.length >= LONGEST * SAMPLE_RATE) void finish?.();
    },
    // A microphone that is unplugged ends the clip, and takes nothing with it.
    onEnd: () => void finish?.(),
  });
}
