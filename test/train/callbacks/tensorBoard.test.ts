import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { restartEvent, scalarsEvent, versionEvent } from '../../../src/train/callbacks/tensorBoard/events.js';
import { crc32c, record } from '../../../src/train/callbacks/tensorBoard/records.js';
import { tensorBoard } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { crashAndResume, tinyTrainer } from '../../support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the checksum of records', () => {
  // Test vectors of RFC 3720, B.4, and the usual check value of CRC-32C.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [new TextEncoder().encode('123456789'), 0xe3069283],
    [new Uint8Array(0), 0],
  ])('is CRC-32C (%#)', (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('events', () => {
  // Written by TensorBoard 2.21: Event(…).SerializeToString() of its protos, framed by its RecordWriter.
  it.each([
    [
      'of the version',
      versionEvent(1700000000.5),
      '1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110',
    ],
    [
      'of a restart',
      restartEvent(1700000000.5, 300),
      '100000000000000095fbfe180900002040fc54d94110ac023a020801b94512a3',
    ],
    [
      'of numbers',
      scalarsEvent(1700000000.5, 300, { 'train/loss': 0.1, 'train/µ': Number.NaN }),
      '3200000000000000241956ec0900002040fc54d94110ac022a240a110a0a747261696e2f6c6f737315cdcccc3d0a0f0a08747261696e2fc2b5150000c07f66436841',
    ],
  ])('%s are those of TensorBoard, byte for byte', (_, event, expected) => {
    expect(hex(event)).toBe(expected);
  });
});

/** The records of an event file, their frames checked. */
function recordsOf(path: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 16 + records.at(-1)!.length) {
    const data = bytes.subarray(at + 12, at + 12 + Number(bytes.readBigUInt64LE(at)));
    expect(hex(bytes.subarray(at, at + 16 + data.length))).toBe(hex(record(data)));
    records.push(data);
  }
  return records;
}

/** Numbers of single precision at the end of `tag` in a record. */
const numberAfter = (data: Uint8Array, tag: string): number | undefined => {
  const buffer = Buffer.from(data);
  const at = buffer.indexOf(`${tag}\u0015`, 0, 'utf8');
  return at < 0 ? undefined : buffer.readFloatLE(at + tag.length + 1);
};

describe('tensorBoard', () => {
  it('writes each step and evaluation into one event file', async () => {
    const directory = temporaryDirectory();
    const { log, evaluations } = await tinyTrainer({ callbacks: () => [tensorBoard(directory)] }).train();
    const [file, ...others] = readdirSync(directory);
    expect(others).toEqual([]);
    expect(file).toMatch(/^events\.out\.tfevents\.\d+\.\d{3}\.ast-ts$/);
    const records = recordsOf(join(directory, file!)).slice(2);
    const values = (tag: string) =>
      records.map((data) => numberAfter(data, tag)).filter((value) => value !== undefined);
    const single = (numbers: number[]) => [...Float32Array.from(numbers)];
    expect(values('train/loss')).toEqual(single(log.map(({ loss }) => loss)));
    expect(values('train/learningRate')).toEqual(single(log.map(({ learningRate }) => learningRate)));
    expect(values('eval/loss')).toEqual(single(evaluations.map(({ evalLoss }) => evalLoss)));
    expect(values('eval/macroF1')).toEqual(single(evaluations.map(({ evalMacroF1 }) => evalMacroF1)));
    expect(records).toHaveLength(log.length + evaluations.length);
  });

  it('writes what the logging strategy chooses', async () => {
    const directory = temporaryDirectory();
    const args = { loggingSteps: 3, evalStrategy: 'no' } as const;
    await tinyTrainer({ callbacks: () => [tensorBoard(directory)], args }).train();
    expect(recordsOf(join(directory, readdirSync(directory)[0]!))).toHaveLength(2 + 6 / 3);
  });

  it('makes another file when a run is resumed, that drops what came after the checkpoint', async () => {
    const directory = temporaryDirectory();
    const run = { callbacks: () => [tensorBoard(join(directory, 'log'))] };
    await crashAndResume(run, 5, join(directory, 'run'));
    const [first, second] = readdirSync(join(directory, 'log')).map((file) => recordsOf(join(directory, 'log', file)));
    expect(first).toHaveLength(2 + 5 + 1); // steps 1 to 5, and the evaluation after 3
    const restart = Buffer.from(record(second![1]!));
    const wallTime = restart.readDoubleLE(13);
    expect(hex(restart)).toBe(hex(restartEvent(wallTime, 5))); // the checkpoint is of step 4
    expect(second).toHaveLength(2 + 2 + 1);
  });
});
