import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sineWav } from '../support/encodeWav.js';

const root = join(import.meta.dirname, '..', '..');
const command = ['--import', 'tsx', join('examples', 'server.ts'), '--max-length', '96', '--backend', 'onnxruntime'];

describe('examples/server.ts', () => {
  let server: ChildProcess;
  let url: string;
  const post = (body: BodyInit) => fetch(`${url}/classify`, { method: 'POST', body });

  beforeAll(async () => {
    server = spawn(process.execPath, [...command, '--port', '0', '--top-k', '3'], { cwd: root });
    const [line] = (await once(createInterface(server.stdout!), 'line')) as [string];
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)![0];
  });
  afterAll(async () => {
    server.kill();
    await once(server, 'exit');
  });

  it('answers a sound with its labels, best first', async () => {
    const response = await post(sineWav(440, 0.5) as Uint8Array<ArrayBuffer>);
    const labels = (await response.json()) as { label: string; score: number }[];
    expect(response.status).toBe(200);
    expect(labels.map(({ label }) => label)).toHaveLength(3);
    expect(labels.map(({ score }) => score)).toEqual(labels.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('answers many at a time, each with its own', async () => {
    const sounds = [200, 400, 800, 1600].map((hertz) => sineWav(hertz, 0.5) as Uint8Array<ArrayBuffer>);
    const alone: unknown[] = [];
    for (const sound of sounds) alone.push(await (await post(sound)).json());
    const together = await Promise.all(sounds.map(async (sound) => (await post(sound)).json()));
    expect(together).toEqual(alone);
    expect(new Set(alone.map((labels) => JSON.stringify(labels))).size).toBe(4);
  });

  it('says what is wrong with bytes that are no sound, and goes on', async () => {
    const response = await post('not a sound');
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/^Cannot decode the sound: /) });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('knows no other address', async () => {
    const response = await fetch(`${url}/train`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'Expected POST /classify or GET /health, got GET /train.' });
  });
});

describe('examples/server.ts --measure', () => {
  it('prints the lag of the event loop with the model in the main thread and in its own', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [...command, '--measure', '--sounds', '3'], {
      cwd: root,
    });
    const rows = stdout.trim().split('\n').slice(-2);
    expect(rows.map((row) => row.slice(0, 19).trim())).toEqual(['the main thread', 'a thread of its own']);
    for (const row of rows) {
      const numbers = row.slice(19).trim().split(/\s+/).map(Number);
      expect(numbers).toHaveLength(6);
      expect(numbers.every((value) => value >= 0)).toBe(true);
    }
  });

  it.each([
    [['--sounds', '0'], "RangeError: --sounds: expected an integer of 1 or more, got '0'."],
    [['--model', './nowhere'], 'CheckpointError: There is no directory ./nowhere; check the path.'],
  ])('ends with an error in words for %j', async (flags, message) => {
    const run = promisify(execFile)(process.execPath, [...command, '--measure', ...flags], { cwd: root });
    await expect(run).rejects.toMatchObject({ code: 1, stderr: `${message}\n` });
  });
});
