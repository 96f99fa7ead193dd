/** A mono WAV file of 16-bit samples, for tests that need bytes to decode. */
export function encodeWav(samples: ArrayLike<number>, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (let i = 0; i < samples.length; i++) view.setInt16(44 + 2 * i, Math.round(samples[i]! * 32767), true);
  return bytes;
}

/** A tone of `hertz` whose amplitude is 0.5: enough to tell one clip from another. */
export const sineWav = (hertz: number, seconds = 0.1, sampleRate = 16000): Uint8Array =>
  encodeWav(
    Float32Array.from(
      { length: seconds * sampleRate },
      (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
    ),
    sampleRate,
  );

/** Counts upward zero crossings a second: the pitch of a pure tone, in Hz. */
export function pitchOf({ samples, sampleRate }: { samples: Float32Array; sampleRate: number }): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i - 1]! < 0 && samples[i]! >= 0) crossings++;
  return (crossings * sampleRate) / samples.length;
}
