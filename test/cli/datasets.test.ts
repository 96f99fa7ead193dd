import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { sineWav } from '../support/encodeWav.js';
import { runInProcess } from './runInProcess.js';

beforeAll(() => useBackend('cpu'));

/** Ten low and ten high tones of 0.2 s, in directories of their classes. */
const sounds = (others: Readonly<Record<string, string | Uint8Array>> = {}) =>
  temporaryDirectory({
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        [`low/${i}.wav`, sineWav(200 + i, 0.2)],
        [`high/${i}.wav`, sineWav(3000 + 10 * i, 0.2)],
      ]).flat(),
    ),
    ...others,
  });
const small = '--model tiny --max-length 24 --backend cpu'.split(' ');

describe('ast-ts finetune and evaluate', () => {
  it('train a model, and say how well it does: as text, as JSON, and in files', async () => {
    const directory = sounds();
    const out = join(temporaryDirectory(), 'run');
    const train = ['finetune', directory, '--out', out, ...small, '--epochs', '6', '--learning-rate', '3e-3'];
    const { code, stdout, stderr } = await runInProcess(...train);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +precision +recall +f1-score +support\n/);
    expect(stderr).toMatch(/^Training tiny on 16 clips of .*, testing on 4 of .*: 2 classes\. Backend: cpu\.\n/);
    expect(stderr.match(/^epoch \d: loss [\d.]+, on the test clips loss [\d.]+, accuracy [\d.]+ \(/gm)).toHaveLength(6);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ steps: 12, backend: 'cpu', labels: ['high', 'low'], skipped: [] });
    expect(report.settings).toMatchObject({ model: 'tiny', epochs: 6, learningRate: 0.003 });
    expect([report.epochs.length, report.log.length, report.clips.length]).toEqual([6, 12, 4]);
    expect(report.metrics.accuracy).toBe(1); // tones an octave and more apart

    const evaluated = await runInProcess(
      'evaluate',
      directory,
      '--model',
      join(out, 'model'),
      '--backend',
      'cpu',
      '--json',
    );
    expect(evaluated.code).toBe(0);
    const evaluation = JSON.parse(evaluated.stdout);
    expect(evaluation.metrics.accuracy).toBe(1);
    expect(evaluation.confusionMatrix).toEqual([
      [10, 0],
      [0, 10],
    ]);

    const again = await runInProcess(...train);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain(
      'has the checkpoints of another run. --resume goes on with it, --overwrite begins anew',
    );
    const resumed = await runInProcess(...train, '--resume', '--json');
    const { clips, metrics, epochs } = JSON.parse(resumed.stdout);
    expect([clips, metrics.loss, epochs]).toEqual([report.clips, report.metrics.loss, []]);
    expect((await runInProcess(...train, '--overwrite', '--epochs', '0.5')).code).toBe(0);
  });

  it('train a part of a model: the head, the upper blocks, or an adapter', async () => {
    const directory = sounds();
    const model = join(temporaryDirectory(), 'model');
    const base = ASTForAudioClassification.fromConfig(
      { hiddenSize: 16, numHiddenLayers: 2, numAttentionHeads: 2, intermediateSize: 32, maxLength: 24 },
      { labels: ['a', 'b', 'c'], seed: 1 },
    );
    await base.savePretrained(model);
    const train = async (...flags: string[]) => {
      const out = join(temporaryDirectory(), 'run');
      const args = ['finetune', directory, '--out', out, ...small, '--model', model, '--epochs', '1'];
      const { code, stderr } = await runInProcess(...args, ...flags);
      expect(code, stderr).toBe(0);
      const trained = await ASTForAudioClassification.fromPretrained(join(out, 'model'));
      const changed = [...trained.parameters()].filter(([name, parameter]) => {
        const before = base.parameters().get(name)!.dataSync();
        return before.length !== parameter.size || parameter.dataSync().some((value, i) => value !== before[i]);
      });
      return { out, changed: changed.map(([name]) => name) };
    };
    const head = await train('--head-only');
    expect(head.changed.every((name) => name.startsWith('classifier.'))).toBe(true);
    const upper = await train('--freeze', '1');
    expect(upper.changed.some((name) => name.includes('.layer.1.'))).toBe(true);
    expect(upper.changed.some((name) => name.includes('.layer.0.'))).toBe(false);
    const lora = await train('--lora');
    expect(lora.changed.some((name) => name.includes('query.weight'))).toBe(true);
    expect(existsSync(join(lora.out, 'adapter', 'adapter_model.safetensors'))).toBe(true);
  });

  it('tell of recordings that they cannot read, and of classes that the model does not have', async () => {
    const directory = sounds({ 'low/broken.wav': 'no sound' });
    const model = join(temporaryDirectory(), 'model');
    const make = (labels: string[]) =>
      ASTForAudioClassification.fromConfig(
        { hiddenSize: 8, numHiddenLayers: 1, numAttentionHeads: 1, intermediateSize: 8, maxLength: 24 },
        { labels },
      );
    await make(['low', 'unheard', 'high']).savePretrained(model);
    const evaluate = (...flags: string[]) =>
      runInProcess('evaluate', directory, '--model', model, '--backend', 'cpu', '--json', ...flags);
    const refused = await evaluate();
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('The recording low/broken.wav of');
    const { code, stdout, stderr } = await evaluate('--on-unreadable', 'skip');
    const { labels, clips, skipped } = JSON.parse(stdout);
    expect([code, labels, clips.length]).toEqual([1, ['low', 'unheard', 'high'], 20]);
    expect(skipped).toEqual([{ id: 'low/broken.wav', reason: expect.any(String) }]);
    expect(stderr).toContain('ast-ts: The recording low/broken.wav of');
    await make(['low']).savePretrained(model);
    expect((await evaluate()).stderr).toContain('has clips of high, which is not among the classes low');
  });
});

describe('ast-ts inspect', () => {
  it('prints what it finds in all splits, and ends with 1 where a clip cannot be read', async () => {
    const tone = sineWav(400);
    const directory = temporaryDirectory({
      'train/dog/a.wav': tone,
      'train/rain/b.wav': tone,
      'test/dog/c.wav': 'no sound',
    });
    const all = await runInProcess('inspect', directory);
    expect(all.code).toBe(1);
    expect(all.stdout).toMatch(/^clips +3$/m);
    expect(all.stdout).toMatch(/^duplicates +1: train\/dog\/a\.wav = train\/rain\/b\.wav$/m);
    const { code, stdout } = await runInProcess('inspect', directory, '--split', 'train', '--json');
    expect([code, JSON.parse(stdout).clips]).toEqual([0, 2]);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['finetune'], 'finetune expects one data set, got none.'],
    [['finetune', 'x', '--epochs', '0'], "--epochs expects a positive number, got '0'."],
    [['finetune', 'x', '--test-size', '1'], "--test-size expects a share in (0, 1), got '1'."],
    [['finetune', 'x', '--head-only', '--lora'], '--head-only and --lora: choose one.'],
    [['finetune', 'x', '--head-only', '--masking'], 'nothing to mask'],
    [['finetune', 'x', '--masking', '--max-length', '95'], '--max-length expects an integer of 96 or more'],
    [['finetune', 'x', '--resume', '--overwrite'], 'choose one'],
    [['finetune', 'x', '--on-unreadable', 'ignore'], "--on-unreadable expects one of throw, skip, got 'ignore'."],
    [['evaluate', 'x'], 'evaluate needs the model: --model ID.'],
    [['evaluate', 'x', '--model', 'y', '--fold', '1', '--split', 'test'], 'give either'],
    [['inspect', 'x', '--silence-db', '3'], '--silence-db expects a number of dB below 0'],
    [['classify', 'x', '--gap', '1'], '--gap is for --long'],
    [['classify', 'x', '--long', '--threshold', '2'], '--threshold expects a score from 0 to 1'],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stdout, stderr } = await runInProcess(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`See ast-ts ${args[0]} --help.`);
  });
});
