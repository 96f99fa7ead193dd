import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ASTConfig,
  ASTForAudioClassification,
  type AudioClassification,
  AudioClassifier,
  astPresets,
} from '../../src/ast/index.js';
import { type ExtractorConfig, MelSpectrogramExtractor, resample, type Waveform } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, loadDataset, syntheticDataset } from '../../src/datasets/index.js';
import { exportOnnx, type OnnxDtype } from '../../src/export/index.js';
import { hasShared, sharedDirectory, sharedPath } from '../support/golden.js';

const root = join(import.meta.dirname, '..', '..');
const labels = ['dog', 'rooster', 'rain', 'sea waves', 'fire', 'crying baby', 'sneezing', 'clock', 'helicopter', 'saw'];
const authorsEsc50 = { mean: -6.6268077, std: 5.358466 };

interface Case {
  sounds: 'synthetic' | 'esc10';
  config: Partial<ASTConfig>;
  extractor?: Partial<ExtractorConfig>;
  dtype?: OnnxDtype;
}
const cases: Readonly<Record<string, Case>> = {
  'with a window of 512 frames, longer than the sounds': { sounds: 'synthetic', config: {} },
  'with one of 100, shorter than the sounds, and other statistics': {
    sounds: 'synthetic',
    config: { maxLength: 100 },
    extractor: authorsEsc50,
  },
  'with overlapping patches of fewer mel bins': {
    sounds: 'synthetic',
    config: { maxLength: 256, numMelBins: 64, timeStride: 10, frequencyStride: 12 },
  },
  'with features that are not normalised': {
    sounds: 'synthetic',
    config: { maxLength: 128 },
    extractor: { doNormalize: false },
  },
  'with several labels a sound': { sounds: 'synthetic', config: { problemType: 'multi_label_classification' } },
};
const recordings: Readonly<Record<string, Case>> = {
  'of 512 frames': { sounds: 'esc10', config: astPresets.small, extractor: authorsEsc50 },
  'of 1024 frames': { sounds: 'esc10', config: { ...astPresets.small, maxLength: 1024 }, extractor: authorsEsc50 },
};
const int8: Case = { sounds: 'synthetic', config: {}, dtype: 'int8' };

const hasRecordings = hasShared('data/esc10');
const isInstalled = existsSync(join(root, 'bench', 'node_modules', '@huggingface', 'transformers'));

describe.skipIf(!isInstalled)('transformers.js (skipped unless `npm ci` was run in bench/)', () => {
  const results = new Map<Case, { ours: AudioClassification[][]; theirs: AudioClassification[][] }>();
  let directory: string;

  beforeAll(async () => {
    await useBackend('onnxruntime');
    directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
    const clips = {
      synthetic: await tenClips(syntheticDataset({ clipsPerClass: 10, seconds: 3 })),
      esc10: hasRecordings ? await tenClips(await loadDataset(sharedPath('data/esc10'))) : [],
    };
    const all = [...Object.values(cases), int8, ...(hasRecordings ? Object.values(recordings) : [])];
    const requests: { directory: string; clips: string[] }[] = [];
    const ours: AudioClassification[][][] = [];
    for (const [i, one] of all.entries()) {
      const exported = join(directory, `model${i}`);
      ours.push(await exportAndClassify(one, exported, clips[one.sounds]));
      requests.push({ directory: exported, clips: await writeSamples(exported, clips[one.sounds]) });
    }
    const script = join(root, 'test', 'support', 'transformersJs.ts');
    const command = ['--import', 'tsx', script, JSON.stringify(requests)];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root, maxBuffer: 2 ** 26 });
    const theirs = JSON.parse(stdout) as AudioClassification[][][];
    for (const [i, one] of all.entries()) results.set(one, { ours: ours[i]!, theirs: theirs[i]! });
  });
  afterAll(() => rm(directory, { recursive: true }));

  const expectSame = (one: Case) => {
    const { ours, theirs } = results.get(one)!;
    expect(ours).toHaveLength(10);
    const first = ours.map((clip) => clip.find(({ label }) => label === labels[0])!.score);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.01); // scores that depend on the sound
    expect(bestOf(theirs)).toEqual(bestOf(ours));
    expect(largestDifference(ours, theirs)).toBeLessThan(1e-4);
  };

  it('is the version that bench/package.json names', () => {
    const read = (...path: string[]) => JSON.parse(readFileSync(join(root, 'bench', ...path), 'utf8'));
    expect(read('node_modules', '@huggingface', 'transformers', 'package.json').version).toBe(
      read('package.json').dependencies['@huggingface/transformers'],
    );
  });

  it.each(Object.entries(cases))('gives the same labels and scores of ten sounds from an exported model %s', (_, one) =>
    expectSame(one),
  );

  it.skipIf(!hasRecordings).each(Object.entries(recordings))(
    `gives the same labels and scores of ten recordings %s (skipped without data/esc10 in ${sharedDirectory})`,
    (_, one) => expectSame(one),
  );

  it('gives nearly every sound its best label in int8, which it takes where nothing else is there', () => {
    const { ours, theirs } = results.get(int8)!;
    const same = bestOf(ours).filter((label, i) => label === bestOf(theirs)[i]).length;
    expect(same).toBeGreaterThanOrEqual(9);
    expect(largestDifference(ours, theirs)).toBeLessThan(0.05);
    expect(largestDifference(ours, theirs)).toBeGreaterThan(1e-5);
  });
});

/** Writes a model whose scores tell sounds apart, and classifies the sounds with it. */
async function exportAndClassify(
  { config, extractor, dtype = 'fp32' }: Case,
  directory: string,
  waveforms: readonly Waveform[],
): Promise<AudioClassification[][]> {
  const sizes = { ...astPresets.tiny, initializerRange: 0.15, ...config };
  const model = ASTForAudioClassification.fromConfig(sizes, { labels, seed: 2 });
  const { maxLength, numMelBins } = model.config;
  const features = new MelSpectrogramExtractor({ maxLength, numMelBins, ...extractor });
  await exportOnnx(model, directory, { extractorConfig: features.config, dtype });
  const topK = labels.length;
  // transformers.js makes scores of every model by softmax.
  const scores = await new AudioClassifier(model, features).classify(waveforms, { topK, activation: 'softmax' });
  model.dispose();
  return scores;
}

async function writeSamples(directory: string, waveforms: readonly Waveform[]): Promise<string[]> {
  await mkdir(join(directory, 'clips'));
  const paths = waveforms.map((_, i) => join(directory, 'clips', String(i)));
  for (const [i, { samples }] of waveforms.entries()) await writeFile(paths[i]!, samples);
  return paths;
}

/** Ten clips, from all over the data set. */
async function tenClips(dataset: AudioDataset): Promise<Waveform[]> {
  const step = Math.floor(dataset.length / 10);
  const clips: Waveform[] = [];
  for (let i = 0; i < 10; i++) clips.push(resample((await dataset.get(i * step)).waveform, 16000));
  return clips;
}

const bestOf = (results: AudioClassification[][]) => results.map(([best]) => best!.label);

/** By label, as scores that are nearly equal may change places. */
function largestDifference(ours: AudioClassification[][], theirs: AudioClassification[][]): number {
  const differences = ours.flatMap((clip, i) => {
    const scores = new Map(theirs[i]!.map(({ label, score }) => [label, score]));
    expect([...scores.keys()].sort()).toEqual([...labels].sort());
    return clip.map(({ label, score }) => Math.abs(score - scores.get(label)!));
  });
  return Math.max(...differences);
}
