/** A mono WAV file of 32-bit floats. */
export function encodeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 4 * samples.length);
  const view = new DataView(bytes.buffer);
  const writeText = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  writeText(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  writeText(8, 'WAVEfmt ');
  // Size of this chunk; format 3 (float) and 1 channel; samples and bytes a second; bytes and bits of a sample.
  new Uint32Array(bytes.buffer, 16, 5).set([16, 3 | (1 << 16), sampleRate, 4 * sampleRate, 4 | (32 << 16)]);
  writeText(36, 'data');
  view.setUint32(40, 4 * samples.length, true);
  new Float32Array(bytes.buffer, 44).set(samples);
  return bytes;
}
