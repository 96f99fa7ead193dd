import { expect, it, vi } from 'vitest';
import { decodeCompressed } from '../../src/audio/codecs.js';
import { problemsOf } from '../../src/audio/problems.js';
import { memorySource } from '../../src/hub/index.js';
import { describeWithShared } from '../support/golden.js';
import { sharedFiles } from './soundFiles.js';

describeWithShared('compressed sound in small pieces', 'data/formats/expected.json', () => {
  const files = sharedFiles();

  async function decode(name: string, container: 'FLAC' | 'Ogg' | 'MP3', bytes: Uint8Array, pieceBytes?: number) {
    const warnings: string[] = [];
    const problems = problemsOf(name, (message) => warnings.push(message));
    const samples: number[] = [];
    for await (const piece of decodeCompressed(memorySource(name, bytes), container, 0, problems, pieceBytes))
      for (const sample of piece.samples) samples.push(sample);
    return { samples, warnings };
  }

  it.each([
    ['flac_16.flac', 'FLAC'],
    ['flac_24.flac', 'FLAC'],
    ['vorbis.ogg', 'Ogg'],
    ['opus.opus', 'Ogg'],
    ['mp3_cbr.mp3', 'MP3'],
  ] as const)('%s gives the samples of the whole', async (name, container) => {
    const whole = await decode(name, container, files.get(name)!);
    expect(await decode(name, container, files.get(name)!, 997)).toEqual(whole);
    expect(whole.warnings).toEqual([]);
  });

  it('gives what there is of a FLAC file that is cut short, and says so', async () => {
    const { samples, warnings } = await decode('cut.flac', 'FLAC', files.get('flac_16.flac')!.subarray(0, 20_000));
    expect(samples.length).toBe(2 * 4608 + 4608); // three of its frames end before byte 19966
    expect(warnings).toEqual([
      `cut.flac is damaged: it has ${samples.length} of the 44100 samples that its header promises: it is cut short or damaged.`,
    ]);
  });

  it('says what the decoder says of MP3, and not on the console', async () => {
    const log = vi.spyOn(console, 'error');
    await expect(decode('zeros.mp3', 'MP3', new Uint8Array(2 ** 17))).rejects.toThrow('its decoder says -1 MPG123_ERR');
    expect(log).not.toHaveBeenCalled();
  });

  it('gives up where megabytes give no sound', async () => {
    const zeros = new Uint8Array(2 ** 24 + 2 ** 17);
    zeros.set(files.get('flac_16.flac')!.subarray(0, 8288)); // its header
    await expect(decode('zeros.flac', 'FLAC', zeros)).rejects.toThrow(/give no samples: no sound in \d+ bytes/);
  });
});
