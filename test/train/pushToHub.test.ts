import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { openRepository } from '../../src/hub/index.js';
import { Trainer } from '../../src/train/index.js';
import { tensorsLeft } from '../support/backends.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';

let hub: FakeHub;
let cacheDir: string;
beforeAll(async () => void (await useBackend('cpu')));
beforeEach(async () => {
  hub = await startFakeHub({ repos: {}, accounts: { hf_me: { name: 'me', role: 'write' } } });
  cacheDir = await mkdtemp(join(tmpdir(), 'ast-ts-push-'));
  vi.stubEnv('AST_TS_CACHE', cacheDir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(cacheDir, { recursive: true });
});

it('trainer.pushToHub uploads the trained model with data, arguments and results of every class', async () => {
  const { trainDataset, extractor } = tinyData(12);
  const model = tinyModel();
  const trainer = new Trainer({
    model,
    extractor,
    trainDataset,
    evalDataset: tinyData(9, 1).trainDataset,
    // The clips of both have the same names, not the same sounds.
    args: { learningRate: 0.01, seed: 7, disableProgress: true, allowSharedRecordings: true },
  });
  await trainer.train();
  const access = { hubUrl: hub.url, token: 'hf_me' };
  const card = { license: 'mit', trainDataset: { name: 'Tones', id: 'me/tones', clips: 12 } };
  expect(await tensorsLeft(async () => void (await trainer.pushToHub('birds', { ...access, card })))).toBe(0);

  const loaded = await ASTForAudioClassification.fromPretrained('me/birds', { ...access, cacheDir });
  for (const [name, parameter] of loaded.parameters())
    expect(parameter.dataSync()).toEqual(model.parameters().get(name)!.dataSync());
  const source = await (await openRepository('me/birds', { ...access, cacheDir })).open('README.md');
  const text = new TextDecoder().decode(await source.read(0, source.size));
  await source.close();
  const metrics = await trainer.evaluate();
  const head = parse(text.split(/^---$/m)[1]!);
  expect(head).toMatchObject({ license: 'mit', datasets: ['me/tones'] });
  const found = Object.fromEntries(
    head['model-index'][0].results[0].metrics.map(({ type, value }: { type: string; value: number }) => [type, value]),
  );
  expect(found).toMatchObject({ loss: metrics.evalLoss, accuracy: metrics.evalAccuracy });
  expect(text).toContain('| learningRate | 0.01 |');
  expect(text).toContain('| seed | 7 |');
  for (const label of model.labels)
    expect(text).toMatch(new RegExp(`^\\| ${label} \\| [\\d.]+ \\| [\\d.]+ \\| [\\d.]+ \\| 3 \\|$`, 'm'));
  expect(text).toContain('model="me/birds"');
});
