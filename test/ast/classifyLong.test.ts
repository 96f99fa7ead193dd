import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudioClassifier, type TimelineWindow } from '../../src/ast/index.js';
import { resample } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { AudioDecodeError, AudioInputError } from '../../src/errors.js';
import { tensorsLeft } from '../support/backends.js';
import { encodeWav } from '../support/encodeWav.js';
import { tinyLabels, tinyModel } from '../support/tinyModel.js';

/** A tone that rises, so that every window differs. */
const rising = (seconds: number, sampleRate: number) =>
  Float32Array.from({ length: seconds * sampleRate }, (_, i) => 0.5 * Math.sin((i / sampleRate) ** 2 * 400));

async function collect(windows: AsyncIterable<TimelineWindow>): Promise<TimelineWindow[]> {
  const all: TimelineWindow[] = [];
  for await (const window of windows) all.push(window);
  return all;
}

let classifier: AudioClassifier;
let directory: string;
beforeAll(async () => {
  await useBackend('cpu');
  classifier = new AudioClassifier(tinyModel());
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
});
afterAll(async () => {
  classifier.dispose();
  await rm(directory, { recursive: true });
});

describe('classifyLong', () => {
  const sound = { samples: rising(1.3, 16000), sampleRate: 16000 };

  it('classifies every window as classify does, the last one as long as what is left', async () => {
    const { labels, windows } = await classifier.classifyLong(sound, { topK: 2 });
    expect(labels).toEqual(tinyLabels);
    expect(windows.map(({ start, end }) => [start, end])).toEqual([
      [0, 0.24],
      [0.24, 0.48],
      [0.48, 0.72],
      [0.72, 0.96],
      [0.96, 1.2],
      [1.2, 1.3],
    ]);
    for (const { start, end, classifications, scores } of windows) {
      const samples = sound.samples.slice(start * 16000, end * 16000);
      const expected = await classifier.classify({ samples, sampleRate: 16000 }, { topK: 2 });
      expect(classifications.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
      for (const [i, { score }] of expected.entries()) expect(classifications[i]!.score).toBeCloseTo(score, 6);
      expect(Math.max(...scores)).toBe(classifications[0]!.score);
      expect(scores.reduce((sum, score) => sum + score)).toBeCloseTo(1, 6);
    }
  });

  it('overlaps windows, or leaves out what is between them', async () => {
    const startsOf = async (hopSeconds: number) =>
      (await classifier.classifyLong(sound, { windowSeconds: 0.2, hopSeconds })).windows.map(({ start }) => start);
    expect(await startsOf(0.1)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1]);
    expect(await startsOf(0.5)).toEqual([0, 0.5, 1]);
  });

  it('gives the same from a file at another rate, whatever the batches', async () => {
    const path = join(directory, 'rising.wav');
    const samples = Float32Array.from(rising(2, 44100), (sample) => Math.round(sample * 32767) / 32768);
    await writeFile(path, encodeWav(rising(2, 44100), 44100));
    const expected = await classifier.classifyLong(resample({ samples, sampleRate: 44100 }, 16000));
    for (const batchSize of [1, 3, 100]) expect(await classifier.classifyLong(path, { batchSize })).toEqual(expected);
  });

  it('tells progress up to the end', async () => {
    const told: { seconds: number; fraction: number }[] = [];
    await classifier.classifyLong(sound, { batchSize: 2, onProgress: (progress) => told.push(progress) });
    expect(told.map(({ seconds }) => seconds)).toEqual([0.48, 0.96, 1.3, 1.3]);
    expect(told.at(-1)!.fraction).toBe(1);
    expect(told.every(({ fraction }, i) => fraction > 0 && fraction >= (told[i - 1]?.fraction ?? 0))).toBe(true);
  });

  it('takes a sound that is shorter than a window', async () => {
    const { windows } = await classifier.classifyLong({ samples: rising(0.01, 16000), sampleRate: 16000 });
    expect(windows.map(({ start, end }) => [start, end])).toEqual([[0, 0.01]]);
  });

  it('warns of a file that is cut short, and classifies what is there', async () => {
    const warnings: string[] = [];
    const { windows } = await classifier.classifyLong(encodeWav(rising(1, 16000), 16000).subarray(0, 44 + 16800), {
      onWarning: (message) => warnings.push(message),
    });
    expect(windows.at(-1)!.end).toBe(0.525);
    expect(warnings).toEqual([expect.stringContaining("its 'data' chunk at byte 36 has 16800 of the 32000 bytes")]);
  });

  it('leaves no tensors behind', async () => {
    expect(await tensorsLeft(() => classifier.classifyLong(sound))).toBe(0);
  });

  it('refuses sounds and options that cannot be', async () => {
    await expect(classifier.classifyLong('no/such.wav')).rejects.toBeInstanceOf(AudioDecodeError);
    await expect(classifier.classifyLong({ samples: new Float32Array(), sampleRate: 16000 })).rejects.toBeInstanceOf(
      AudioInputError,
    );
    for (const [options, message] of [
      [
        { windowSeconds: 0.25 },
        'Expected windowSeconds above 0 and at most 0.24, which is what the model takes, got 0.25',
      ],
      [{ windowSeconds: 0 }, 'Expected windowSeconds above 0'],
      [{ hopSeconds: 0 }, 'Expected hopSeconds above 0, got 0.'],
      [{ batchSize: 1.5 }, 'Expected batchSize to be a positive integer, got 1.5.'],
      [{ topK: 0 }, 'Expected topK of 1 or more, got 0.'],
      [{ activation: 'tanh' as 'sigmoid' }, "Expected activation 'softmax' or 'sigmoid', got 'tanh'."],
    ] as const)
      await expect(classifier.classifyLong(sound, options)).rejects.toThrow(message);
  });
});

describe('classifyStream', () => {
  async function* live(samples: Float32Array, pieceLength: number) {
    for (let at = 0; at < samples.length; at += pieceLength) yield samples.subarray(at, at + pieceLength);
  }

  it('gives what classifyLong gives of the whole, resampled', async () => {
    const samples = rising(1, 48000);
    const expected = await classifier.classifyLong({ samples, sampleRate: 48000 }, { hopSeconds: 0.1 });
    expect(await collect(classifier.classifyStream(live(samples, 1009), 48000, { hopSeconds: 0.1 }))).toEqual(
      expected.windows,
    );
  });

  it('gives a result as soon as a window is full, and lets go of the source when it is left', async () => {
    const samples = rising(10, 16000);
    let taken = 0;
    let isReleased = false;
    async function* microphone() {
      try {
        for await (const piece of live(samples, 160)) {
          taken += piece.length;
          yield piece;
        }
      } finally {
        isReleased = true;
      }
    }
    for await (const { end } of classifier.classifyStream(microphone(), 16000)) {
      expect(taken).toBe(end * 16000);
      if (end > 0.4) break;
    }
    expect(isReleased).toBe(true);
  });

  it('refuses options and rates before it listens', () => {
    expect(() => classifier.classifyStream(live(new Float32Array(), 1), 0)).toThrow(AudioInputError);
    expect(() => classifier.classifyStream(live(new Float32Array(), 1), 16000, { hopSeconds: -1 })).toThrow(RangeError);
  });
});

it('classifies a WAV file of two hours in at most 300 MB over the model', async () => {
  const script = join(import.meta.dirname, '..', 'support', 'classifyTwoHours.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
  const { windows, end, told, bytes } = JSON.parse(stdout);
  expect(bytes).toBeLessThan(300 * 2 ** 20);
  expect([windows, end]).toEqual([7200, 7199.24]);
  expect(told).toBe(7200 / 16 + 1);
});
