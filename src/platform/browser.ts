import { threads } from './browserThreads.js';
import type { Platform, PlatformSound } from './platform.js';

/** Rate that sounds are decoded to: the most usual of files that browsers alone read, so that few are resampled twice. */
const DECODED_RATE = 48000;

async function decodeSound(bytes: ArrayBuffer): Promise<PlatformSound> {
  const buffer = await new OfflineAudioContext(1, 1, DECODED_RATE).decodeAudioData(bytes);
  const channelData = Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel));
  return { channelData, sampleRate: buffer.sampleRate };
}

/** By a message, not a timer: pages in the background are given a timer a second at most. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** A page has no files, no signals, no processes, no terminal and no environment variables. */
export const platform: Platform = {
  name: 'browser',
  version: globalThis.navigator?.userAgent ?? 'unknown',
  hasColors: false,
  environment: {},
  files: undefined,
  get threads() {
    return typeof Worker === 'undefined' && typeof document !== 'undefined' ? undefined : threads;
  },
  signals: undefined,
  processes: undefined,
  nextTurn,
  openProgressBar: async () => undefined,
  get decodeSound() {
    return typeof OfflineAudioContext === 'undefined' ? undefined : decodeSound;
  },
};
