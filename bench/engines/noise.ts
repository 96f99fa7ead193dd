/** Numbers in [-1, 1) that pytorch.py makes too: the minimal standard generator, exact in double precision. */
export function noise(length: number, scale = 1): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (state * 16807) % 2147483647;
    return scale * (state / 2 ** 30 - 1);
  });
}

/** A sound of `seconds` at 16 kHz. */
export const noiseClip = (seconds: number): Float32Array => noise(seconds * 16000, 0.3);
