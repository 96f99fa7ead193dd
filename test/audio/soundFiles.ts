import { readFileSync } from 'node:fs';
import { hasShared, sharedPath } from '../support/golden.js';
import { chunk, wavBytes } from './wavBytes.js';

/** A second of a tone that grows louder, as 16-bit samples. */
const samples = Int16Array.from({ length: 8000 }, (_, i) => 4 * (i % 8000) * Math.sin(i / 5));
const int16 = new Uint8Array(samples.buffer);
const bytes = Uint8Array.from(samples, (sample) => sample >> 8);
const bigEndian = (length: number, write: (view: DataView) => void): Uint8Array => {
  const view = new DataView(new ArrayBuffer(length));
  write(view);
  return new Uint8Array(view.buffer);
};

/** An AIFF file of 16-bit samples, mono, 8000 Hz. */
export function aiffBytes({
  frames = samples.length,
  bits = 16,
  channels = 1,
  compression = '',
  data = int16.slice().map((_, i) => int16[i ^ 1]!),
}: {
  frames?: number;
  bits?: number;
  channels?: number;
  compression?: string;
  data?: Uint8Array;
} = {}): Uint8Array {
  const common = bigEndian(18 + compression.length, (view) => {
    view.setUint16(0, channels);
    view.setUint32(2, frames);
    view.setUint16(6, bits);
    view.setUint16(8, 16383 + 12); // 8000 Hz = 2^12 x 1.953125
    view.setUint32(10, 8000 * 2 ** (31 - 12));
    for (const [i, letter] of [...compression].entries()) view.setUint8(18 + i, letter.charCodeAt(0));
  });
  const sizeFirst = (name: string, content: Uint8Array): Uint8Array => {
    const made = chunk(name, content);
    new DataView(made.buffer).setUint32(4, content.length);
    return made;
  };
  const kind = new TextEncoder().encode(compression ? 'AIFC' : 'AIFF');
  const body = [kind, sizeFirst('COMM', common), sizeFirst('SSND', Uint8Array.from([...new Uint8Array(8), ...data]))];
  return sizeFirst('FORM', Uint8Array.from(body.flatMap((part) => [...part])));
}

/** ADPCM formats end with the size of what follows and the samples of a block. */
const adpcm = (samplesPerBlock: number): Uint8Array => new Uint8Array(Uint16Array.of(2, samplesPerBlock).buffer);

/** Files that need no data from outside. */
export const writtenFiles: ReadonlyMap<string, Uint8Array> = new Map([
  ['written_s16.wav', wavBytes({ data: int16 })],
  ['written_u8_stereo.wav', wavBytes({ channels: 2, bits: 8, data: bytes })],
  ['written_alaw.wav', wavBytes({ codec: 6, bits: 8, data: bytes })],
  ['written_mulaw.wav', wavBytes({ codec: 7, bits: 8, before: chunk('LIST', Uint8Array.of(7)), data: bytes })],
  [
    'written_f32.wav',
    wavBytes({ codec: 3, bits: 32, data: new Uint8Array(Float32Array.from(samples, (s) => s / 2 ** 15).buffer) }),
  ],
  [
    'written_ms.wav',
    wavBytes({ codec: 2, bits: 4, blockAlign: 256, extension: adpcm(500), data: new Uint8Array(4096) }),
  ],
  [
    'written_ima.wav',
    wavBytes({ codec: 17, bits: 4, blockAlign: 256, extension: adpcm(505), data: new Uint8Array(4096) }),
  ],
  ['written.aiff', aiffBytes()],
]);

interface ExpectedFormats {
  readonly good: Readonly<Record<string, unknown>>;
  readonly bad: Readonly<Record<string, unknown>>;
}

/** The files of every format in the shared directory; none where it is missing. */
export function sharedFiles(): Map<string, Uint8Array> {
  if (!hasShared('data/formats/expected.json')) return new Map();
  const { good, bad } = JSON.parse(readFileSync(sharedPath('data/formats/expected.json'), 'utf8')) as ExpectedFormats;
  const names = [...Object.keys(good), ...Object.keys(bad)];
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(sharedPath('data/formats', name)))]));
}
