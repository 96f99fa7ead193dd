/** A part of a sound that goes through the model as one. */
export interface SoundWindow {
  /** Number of its first sample in the sound. */
  readonly first: number;
  /** As many samples as a window has; fewer at the end of the sound. */
  readonly samples: Float32Array;
}

/** A rest of less than a frame of features (25 ms) is not worth a window. */
const SHORTEST_REST = 400;

/**
 * Cuts a sound that comes in pieces into windows of `length` samples, one every `hop`. The last window may be shorter: it holds
 * what no window before it has. A sound shorter than a window gives one.
 */
export async function* slideWindows(
  pieces: AsyncIterable<Float32Array>,
  length: number,
  hop: number,
): AsyncGenerator<SoundWindow> {
  const buffer = new Float32Array(length);
  let first = 0; // of the buffer in the sound
  let filled = 0; // below 0: samples to leave out before the next window
  let covered = 0; // samples of the sound that are in a window, or left out between two
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const wanted = filled < 0 ? -filled : length - filled;
      const taken = piece.subarray(at, at + wanted);
      if (filled >= 0) buffer.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < length) continue;
      yield { first, samples: buffer.slice() };
      covered = first + Math.max(length, hop);
      first += hop;
      filled = length - hop;
      if (filled > 0) buffer.copyWithin(0, hop);
    }
  }
  const isWorthIt = first === 0 || first + filled - covered >= SHORTEST_REST;
  if (filled > 0 && isWorthIt) yield { first, samples: buffer.slice(0, filled) };
}
