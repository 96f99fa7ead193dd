import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shared } from './peers.js';

/** Paths of the first recordings of ESC-10, 5 s each, Ogg Vorbis. Throws a MissingPeer where the data set is missing. */
export function recordings(count: number): string[] {
  const directory = shared('data', 'esc10', 'audio');
  return readdirSync(directory)
    .sort()
    .slice(0, count)
    .map((name) => join(directory, name));
}
