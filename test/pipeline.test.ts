import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AudioClassification, AudioClassifier } from '../src/ast/index.js';
import { decodeAudio, resample } from '../src/audio/index.js';
import { useBackend } from '../src/backends/index.js';
import { AudioDecodeError, AudioInputError, BackendError, CheckpointError } from '../src/errors.js';
import { type AudioClassificationPipeline, type PipelineInput, pipeline } from '../src/pipeline.js';
import { tensorsLeft } from './support/backends.js';
import { sineWav } from './support/encodeWav.js';
import { tinyLabels, tinyModel } from './support/tinyModel.js';

let directory: string;
let file: string;
let classify: AudioClassificationPipeline;
let reference: AudioClassifier;
const bytes = sineWav(700);

beforeAll(async () => {
  await useBackend('cpu');
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
  await tinyModel().savePretrained(directory);
  file = join(directory, 'tone.wav');
  await writeFile(file, bytes);
  classify = await pipeline('audio-classification', directory);
  reference = await AudioClassifier.fromPretrained(directory);
});
afterAll(async () => {
  classify.dispose();
  reference.dispose();
  await rm(directory, { recursive: true });
});

const labelsOf = (result: readonly AudioClassification[]): string[] => result.map(({ label }) => label);

describe('the audio-classification pipeline', () => {
  it('takes a path, a URL, bytes and a Blob, and gives what AudioClassifier does', async () => {
    const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tone.wav`;
    const expected = await reference.classify(bytes);
    expect(labelsOf(expected).sort()).toEqual(tinyLabels);
    try {
      const blob = new Blob([new Uint8Array(bytes)]);
      const inputs: PipelineInput[] = [file, url, new URL(url), bytes, new Uint8Array(bytes).buffer, blob];
      for (const input of inputs) expect(await classify(input)).toEqual(expected);
    } finally {
      server.close();
    }
  });

  it('takes samples at any rate, and bare ones at the rate of the model', async () => {
    const sampleRate = 44100;
    const samples = Float32Array.from({ length: 9000 }, (_, i) => Math.sin(i / 7) / 2);
    const expected = await reference.classify({ samples, sampleRate });
    expect(await classify({ samples, sampleRate })).toEqual(expected);
    expect(await classify({ array: samples, samplingRate: sampleRate })).toEqual(expected);
    expect(await classify({ array: Array.from(samples), samplingRate: sampleRate })).toEqual(expected);
    expect(await classify(resample({ samples, sampleRate }, 16000).samples)).toEqual(expected);
  });

  it('answers many sounds in their order, whatever the batch size', async () => {
    const sounds = [300, 900, 2000].map((hertz) => sineWav(hertz));
    const expected = [];
    for (const sound of sounds) expected.push(await reference.classify(sound));
    expect(expected[0]).not.toEqual(expected[2]);
    for (const batchSize of [1, 2, 8]) {
      const results = await classify(sounds, { batchSize });
      expect(results.map(labelsOf)).toEqual(expected.map(labelsOf));
      for (const [i, result] of results.entries())
        for (const [j, { score }] of result.entries()) expect(score).toBeCloseTo(expected[i]![j]!.score, 6);
    }
    expect(await classify([])).toEqual([]);
    expect(await classify([file])).toHaveLength(1);
  });

  it('applies softmax, sigmoid or nothing to the same logits', async () => {
    const logits = await classify(bytes, { functionToApply: 'none' });
    const features = reference.extractor.extract(await decodeAudio(bytes));
    const forward = tf.tidy(() =>
      reference.model.forward(tf.tensor3d(features.data, [1, features.frames, features.bins])).logits.dataSync(),
    );
    for (const { label, score } of logits) expect(score).toBe(forward[tinyLabels.indexOf(label)]);
    const sum = logits.reduce((total, { score }) => total + Math.exp(score), 0);
    const softmax = await classify(bytes, { functionToApply: 'softmax' });
    const sigmoid = await classify(bytes, { functionToApply: 'sigmoid' });
    for (const [i, { label, score }] of logits.entries()) {
      expect([softmax[i]!.label, sigmoid[i]!.label]).toEqual([label, label]);
      expect(softmax[i]!.score).toBeCloseTo(Math.exp(score) / sum, 6);
      expect(sigmoid[i]!.score).toBeCloseTo(1 / (1 + Math.exp(-score)), 6);
    }
    expect(await classify(bytes)).toEqual(softmax);
  });

  it('scores each label on its own when the model was trained so', async () => {
    const several = await mkdtemp(join(directory, 'several-'));
    await tinyModel({ problemType: 'multi_label_classification' }).savePretrained(several);
    const pipe = await pipeline('audio-classification', several);
    expect(await pipe(bytes)).toEqual(await classify(bytes, { functionToApply: 'sigmoid' }));
    pipe.dispose();
  });

  it('returns the best topK labels: of the call, else of the pipeline, else 5; all for null', async () => {
    const twelve = await mkdtemp(join(directory, 'twelve-'));
    const labels = Array.from({ length: 12 }, (_, i) => `class ${i}`);
    const model = (await AudioClassifier.fromPretrained(directory, { labels })).model;
    await model.savePretrained(twelve);
    model.dispose();
    const byDefault = await pipeline('audio-classification', twelve);
    const all = await byDefault(bytes, { topK: null });
    expect(all).toHaveLength(12);
    expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).sort((a, b) => b - a));
    expect(await byDefault(bytes)).toEqual(all.slice(0, 5));
    expect(await byDefault(bytes, { topK: 100 })).toEqual(all);
    byDefault.dispose();
    const three = await pipeline('audio-classification', twelve, { topK: 3 });
    expect(await three(bytes)).toEqual(all.slice(0, 3));
    expect(await three(bytes, { topK: 1 })).toEqual(all.slice(0, 1));
    three.dispose();
  });

  it('passes what concerns the model on to it', async () => {
    const pipe = await pipeline('audio-classification', directory, { labels: ['a', 'b'], maxLength: 40 });
    expect(labelsOf(await pipe(bytes)).sort()).toEqual(['a', 'b']);
    expect(pipe.classifier.model.config.maxLength).toBe(40);
    expect(pipe.task).toBe('audio-classification');
    pipe.dispose();
  });

  it('computes on the backend that is loaded, unless it is told another', async () => {
    const load = vi.fn();
    expect(tf.getBackend()).toBe('cpu');
    const pipe = await pipeline('audio-classification', directory, { backend: { name: 'cpu', load } });
    expect(load).toHaveBeenCalledOnce();
    pipe.dispose();
    const refused = pipeline('audio-classification', directory, { backend: 'cuda' as 'cpu' });
    await expect(refused).rejects.toThrow(/Expected a backend of .*cpu.*; got 'cuda'/);
    await expect(refused).rejects.toBeInstanceOf(BackendError);
    expect(tf.getBackend()).toBe('cpu');
  });

  it('leaves no tensor behind', async () => {
    expect(await tensorsLeft(() => classify([bytes, bytes], { batchSize: 1, functionToApply: 'none' }))).toBe(0);
    expect(
      await tensorsLeft(async () => {
        const pipe = await pipeline('audio-classification', directory);
        await pipe(bytes);
        pipe.dispose();
      }),
    ).toBe(0);
  });

  it('refuses an unknown task, and names the one there is', async () => {
    await expect(pipeline('text-generation' as 'audio-classification', directory)).rejects.toThrow(
      "Unknown task 'text-generation'; expected 'audio-classification', the one there is.",
    );
  });

  it.each([
    [{ topK: 0 }, 'Expected topK of 1 or more, got 0.'],
    [{ batchSize: 1.5 }, 'Expected batchSize to be a positive integer, got 1.5.'],
    [{ functionToApply: 'relu' as 'none' }, "Expected functionToApply 'softmax', 'sigmoid' or 'none', got 'relu'."],
  ])('refuses %j, of the pipeline before the model is looked for, and of a call', async (options, message) => {
    await expect(pipeline('audio-classification', './nowhere', options)).rejects.toThrow(message);
    await expect(classify(bytes, options)).rejects.toThrow(message);
  });

  it('refuses an option that it does not know', async () => {
    await expect(classify(bytes, { top_k: 1 } as object)).rejects.toThrow(
      "There is no option 'top_k'; expected topK, functionToApply, batchSize.",
    );
  });

  it('refuses a model that is not named, or not there', async () => {
    await expect(pipeline('audio-classification', undefined as unknown as string)).rejects.toThrow(
      'Expected a model by its directory, its id on the Hub or its URL, got undefined.',
    );
    await expect(pipeline('audio-classification', './nowhere')).rejects.toBeInstanceOf(CheckpointError);
  });

  it('refuses what is no sound, and says which one of many', async () => {
    await expect(classify([bytes, 'nowhere.wav'])).rejects.toThrow(/^Sound 1: Cannot read nowhere.wav/);
    await expect(classify('nowhere.wav')).rejects.toBeInstanceOf(AudioDecodeError);
    await expect(classify({ array: [0], sampling_rate: 16000 } as unknown as PipelineInput)).rejects.toThrow(
      'Expected a sound as { array, samplingRate }, got an object with array, sampling_rate.',
    );
    await expect(classify({ array: [], samplingRate: 16000 })).rejects.toBeInstanceOf(AudioInputError);
    await expect(classify({ array: [NaN], samplingRate: 16000 })).rejects.toBeInstanceOf(AudioInputError);
    await expect(classify({ array: [0], samplingRate: -1 })).rejects.toBeInstanceOf(AudioInputError);
  });
});
