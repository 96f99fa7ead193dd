import { describe, expect, it } from 'vitest';
import { inMemoryDataset, inspect, loadDataset, mapWaveforms } from '../../src/datasets/index.js';
import { encodeWav, sineWav } from '../support/encodeWav.js';
import { fakeDataset } from './fakeDataset.js';
import { temporaryDirectory } from './temporaryFiles.js';

/** A clip whose loudest samples are these. */
const clipOf = (...samples: number[]) => ({
  label: 'a',
  waveform: { samples: Float32Array.of(0.1, ...samples, 0.1), sampleRate: 16000 },
});

describe('inspect', () => {
  it('tells of files their own rates and lengths, duplicates, and those that are damaged or cannot be read', async () => {
    const tone = sineWav(400, 0.5, 44100);
    const directory = temporaryDirectory({
      'dog/a.wav': tone,
      'dog/b.wav': sineWav(500, 1),
      'dog/cut.wav': sineWav(300, 1).subarray(0, 8044),
      'rain/copy.wav': tone,
      'rain/broken.wav': 'no sound',
      'rain/silent.wav': encodeWav(new Float32Array(1600), 16000),
    });
    const progress: number[] = [];
    const found = await inspect(await loadDataset(directory), { onProgress: (done) => progress.push(done) });
    expect(found).toMatchObject({
      clips: 6,
      seconds: { total: 0.5 + 0.5 + 1 + 0.25 + 0.1, shortest: 0.1, longest: 1 },
      sampleRates: [
        { sampleRate: 16000, count: 3 },
        { sampleRate: 44100, count: 2 },
      ],
      labels: [
        { label: 'dog', count: 3 },
        { label: 'rain', count: 3 },
      ],
      silent: ['rain/silent.wav'],
      clipped: [],
      duplicates: [['dog/a.wav', 'rain/copy.wav']],
      damaged: [{ id: 'dog/cut.wav' }],
      unreadable: [{ id: 'rain/broken.wav' }],
    });
    expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
    const text = String(found);
    expect(text).toMatch(/^duplicates {4}1: dog\/a\.wav = rain\/copy\.wav$/m);
    expect(text).toMatch(/^sample rates {2}16000 Hz: 3, 44100 Hz: 2$/m);
    expect(text).toMatch(/^- The recording rain\/broken\.wav of .* cannot be read/m);
    expect(JSON.parse(JSON.stringify(found))).toEqual({ ...found });
  });

  it('takes three samples in a row at full scale for clipping, and -60 dB for silence', async () => {
    const clips = [clipOf(1, 1, 0.5, 1, 1), clipOf(1, -1, 0.9995), clipOf(0.99, 0.99, 0.99)];
    const dataset = inMemoryDataset(clips, ['a', 'unused']);
    const { clipped, silent, labels } = await inspect(dataset);
    expect([clipped, silent, labels[1]]).toEqual([['clip-1'], [], { label: 'unused', count: 0 }]);
    const quiet = mapWaveforms(dataset, ({ waveform }) => ({
      ...waveform,
      samples: waveform.samples.map((sample) => 0.00099 * sample),
    }));
    expect((await inspect(quiet)).silent).toHaveLength(3);
    expect((await inspect(quiet, { silenceDb: -70 })).silent).toEqual([]);
  });

  it('does not hide mistakes that are no unreadable clips, and refuses a silence above full scale', async () => {
    const broken = mapWaveforms(fakeDataset(['dog']), () => {
      throw new TypeError('a mistake');
    });
    await expect(inspect(broken)).rejects.toThrow('a mistake');
    await expect(inspect(fakeDataset(['dog']), { silenceDb: 0 })).rejects.toThrow('dB below 0, got 0');
  });
});
