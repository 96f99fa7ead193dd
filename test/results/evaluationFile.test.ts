import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EvaluationError } from '../../src/errors.js';
import { type EvaluationResult, loadEvaluation, parseEvaluation, saveEvaluation } from '../../src/results/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { clipOf, evaluationOf } from '../support/evaluations.js';

const whole = evaluationOf(
  [
    clipOf('a.wav', 0, 0, { source: 'forest' }),
    clipOf('b.wav', 2, 1, {
      classes: [2, 1],
      attention: { method: 'rollout', frequencies: 1, times: 2, weights: [0.25, 0.75] },
    }),
  ],
  {
    skipped: [{ id: 'c.wav', reason: 'no sound' }],
    training: {
      steps: [{ step: 1, epoch: 0.5, loss: 1.25, learningRate: 1e-4, gradNorm: Number.NaN }],
      evaluations: [{ step: 1, epoch: 0.5, loss: 1, accuracy: 0.5 }],
    },
    robustness: [
      {
        kind: 'noise',
        unit: 'dB',
        clean: { accuracy: 0.5, recall: [1, Number.NaN, 0] },
        points: [{ severity: 20, accuracy: 0.5, recall: [1, Number.NaN, 0] }],
      },
    ],
  },
);

// biome-ignore lint/suspicious/noExplicitAny: what is broken has no type.
const changed = (change: (json: any) => void): string => {
  const json = JSON.parse(JSON.stringify(whole));
  change(json);
  return JSON.stringify(json);
};

describe('an evaluation in a file', () => {
  it('comes back as it was, NaN included, a clip a line', async () => {
    const path = join(temporaryDirectory(), 'runs', 'evaluation.json');
    await saveEvaluation(whole, path);
    const text = readFileSync(path, 'utf8');
    expect(text.split('\n').filter((line) => line.startsWith('{"id":'))).toHaveLength(2);
    expect(text).toContain('"recall":[1,null,0]');
    const again = await loadEvaluation(path);
    expect(again).toEqual(whole);
    expect(again.robustness![0]!.points[0]!.recall[1]).toBeNaN();
    expect(String(again)).toBe(String(whole));
    expect(readdirSync(join(path, '..'))).toEqual(['evaluation.json']);
  });

  it('is read from JSON where there are no files, and keeps what a later version may have added', () => {
    expect(parseEvaluation(JSON.stringify(whole))).toEqual(whole);
    const json = changed((result) => Object.assign(result, { later: 1 }));
    expect(parseEvaluation(json)).toHaveProperty('later', 1);
  });

  it.each([
    ['{"a": 1', /is no JSON, or cut short/],
    ['null', /is no evaluation: expected "format": "ast-ts evaluation".* got undefined/],
    ['{"format": 1, "result": {}}', /is no evaluation: .* got 1/],
    [changed((json) => Object.assign(json, { formatVersion: 2 })), /newer version of ast-ts: it has format 2.*Update/],
    [changed((json) => Object.assign(json['clips'][0]!, { loss: 'x' })), /key 'clips\.0\.loss'.* got "x"/],
    [changed((json) => Object.assign(json['clips'][1]!, { scores: [0.5] })), /clips\.1\.scores': expected 3 numbers/],
    [changed((json) => Object.assign(json['clips'][1]!, { label: 3 })), /clips\.1': expected classes below 3, got 3/],
    [changed((json) => Object.assign(json, { clips: [] })), /key 'clips'/],
    [changed((json) => Reflect.deleteProperty(json, 'labels')), /key 'labels'/],
    [changed((json) => Object.assign(json['robustness'][0]['points'][0]!, { recall: [] })), /expected 3 recalls/],
    [changed((json) => Object.assign(json['clips'][1]['attention'], { times: 3 })), /expected 1 x 3 numbers, got 2/],
  ])('is refused when it is another, a newer or a damaged file: %s', (json, message) => {
    const read = (): EvaluationResult => parseEvaluation(json, 'run.json');
    expect(read).toThrow(EvaluationError);
    expect(read).toThrow(message);
    expect(read).toThrow('run.json');
  });

  it('is not found in a directory, or where there is none', async () => {
    const directory = temporaryDirectory();
    await expect(loadEvaluation(join(directory, 'none.json'))).rejects.toThrow(/none\.json is not there/);
    await expect(loadEvaluation(directory)).rejects.toThrow(/is a directory/);
    const broken = join(directory, 'broken.json');
    writeFileSync(broken, '{');
    await expect(loadEvaluation(broken)).rejects.toThrow(EvaluationError);
  });
});
