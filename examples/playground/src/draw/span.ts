import { LIVE_SECONDS } from '../actions/listen.js';
import type { Scene } from '../state.js';

/** What part of a sound is shown, in seconds: all of a file, the last of the microphone. */
export const spanOf = ({ live, seconds }: Scene): { from: number; to: number } =>
  live ? { from: seconds - LIVE_SECONDS, to: seconds } : { from: 0, to: Math.max(seconds, 0.1) };
