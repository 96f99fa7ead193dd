/** What a WAV file is made of; the defaults make 16-bit PCM, mono, 8000 Hz. */
export interface WavParts {
  magic?: string;
  codec?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  blockAlign?: number;
  /** Bytes of the `fmt ` chunk behind the first 16. */
  extension?: Uint8Array;
  /** Content of the `data` chunk. */
  data: Uint8Array;
  /** What the `data` chunk says its size is. */
  dataSize?: number;
  /** Chunks before `fmt `, as they are in the file. */
  before?: Uint8Array;
}

/** A chunk, with the byte that an odd length needs behind it. */
export function chunk(name: string, content: Uint8Array, size = content.length): Uint8Array {
  const bytes = new Uint8Array(8 + content.length + (content.length % 2));
  bytes.set(new TextEncoder().encode(name));
  new DataView(bytes.buffer).setUint32(4, size, true);
  bytes.set(content, 8);
  return bytes;
}

export function wavBytes(parts: WavParts): Uint8Array {
  const { magic = 'RIFF', codec = 1, channels = 1, sampleRate = 8000, bits = 16, data } = parts;
  const { blockAlign = (channels * bits) / 8, extension = new Uint8Array(), before = new Uint8Array() } = parts;
  const format = new Uint8Array(16 + extension.length);
  const view = new DataView(format.buffer);
  view.setUint16(0, codec, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * blockAlign, true);
  view.setUint16(12, blockAlign, true);
  view.setUint16(14, bits, true);
  format.set(extension, 16);
  const body = [new TextEncoder().encode('WAVE'), before, chunk('fmt ', format), chunk('data', data, parts.dataSize)];
  return Uint8Array.from(chunk(magic, Uint8Array.from(body.flatMap((part) => [...part]))));
}
