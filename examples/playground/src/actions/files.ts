import { type Heard, SAMPLE_RATE } from '../protocol.js';
import { notify } from '../state.js';
import { askSound } from './workers.js';

/** Decodes a sound; where it cannot be, says so and gives nothing. */
export async function readSound(file: File): Promise<Heard | undefined> {
  const { name } = file;
  try {
    const heard = await askSound('decode', file);
    if (heard.warning) notify('damagedSound', { name, error: new Error(heard.warning) });
    return heard;
  } catch (error) {
    const heard = await decodeByBrowser(file);
    if (!heard) notify('brokenSound', { name, error });
    return heard;
  }
}

/** Of kinds that the library leaves to browsers, e.g. M4A. Only a page has this decoder, not a worker. */
async function decodeByBrowser(file: File): Promise<Heard | undefined> {
  try {
    const buffer = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(await file.arrayBuffer());
    const channels = Array.from({ length: buffer.numberOfChannels }, (_, i) => buffer.getChannelData(i));
    const samples = channels[0]!.map(
      (_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length,
    );
    return await askSound('picture', { samples, sampleRate: SAMPLE_RATE });
  } catch {
    return undefined;
  }
}
