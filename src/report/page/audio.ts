import { imaAdpcm } from '../../audio/adpcm.js';
import { soundRate } from '../pageData.js';

/** Bytes of base64 text. */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** A WAV file of 16-bit samples, which every browser plays, from the page's ADPCM, which few do. */
export function wavOf(sound: string, seconds: number): Blob {
  const bytes = bytesOf(sound);
  const decoded = imaAdpcm(bytes.length, 1, (reason) => new Error(reason)).decode(bytes);
  const samples = Math.round(seconds * soundRate);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples));
  const text = (at: number, letters: string): void => {
    for (const [i, letter] of [...letters].entries()) view.setUint8(at + i, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + 2 * samples, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, soundRate, true);
  view.setUint32(28, 2 * soundRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples, true);
  for (let i = 0; i < Math.min(samples, decoded.length); i++)
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, decoded[i]! * 32768)), true);
  return new Blob([view.buffer], { type: 'audio/wav' });
}

/** What is told of the sound that plays: seconds, and whether it has stopped. */
type OnProgress = (seconds: number, stopped: boolean) => void;

/** One sound plays at a time. */
const audio = new Audio();
let current: { readonly key: string; readonly tell: OnProgress } | undefined;

function progress(): void {
  if (!current) return;
  current.tell(audio.currentTime, audio.paused);
  if (!audio.paused) requestAnimationFrame(progress);
}
for (const event of ['play', 'pause', 'seeked', 'ended']) audio.addEventListener(event, progress);

/** Makes `key` the sound that plays; the one before is told that it has stopped. */
function choose(key: string, load: () => Blob, tell: OnProgress): void {
  if (current?.key === key) return;
  audio.pause();
  current?.tell(0, true);
  URL.revokeObjectURL(audio.src);
  audio.src = URL.createObjectURL(load());
  current = { key, tell };
}

/** Plays a sound, or stops it when it is the one that plays. */
export function toggle(key: string, load: () => Blob, tell: OnProgress): void {
  choose(key, load, tell);
  if (audio.paused) void audio.play();
  else audio.pause();
}

/** Goes to a time of a sound. */
export function seek(key: string, seconds: number, load: () => Blob, tell: OnProgress): void {
  choose(key, load, tell);
  audio.currentTime = seconds;
}
