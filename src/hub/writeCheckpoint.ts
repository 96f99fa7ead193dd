import { platform } from '#platform';
import { CheckpointError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import { shardIndexOf } from './shardedSafetensors.js';
import { encodeSafetensors, type TensorToWrite } from './writeSafetensors.js';

/** The largest file that a checkpoint is written to: bytes, or as transformers writes it, e.g. `'5GB'` (10^9) or `'5GiB'` (2^30). */
export type ShardSize = number | `${number}${'' | 'K' | 'M' | 'G' | 'T'}${'B' | 'iB'}`;

type Tensors = readonly (readonly [name: string, tensor: TensorToWrite])[];

/**
 * Writes a checkpoint as one safetensors file, or, where that would be larger than `maxShardSize`, as several
 * (`model-00001-of-00002.safetensors` …) under an index, as `save_pretrained` of transformers does. A tensor is never divided.
 *
 * What was there under this name goes away last: until all is on the disk, the directory holds the old checkpoint; a mixture of
 * both is never loaded. Needs a file system.
 *
 * @param name the single file's name, e.g. `model.safetensors`
 * @param tensors names with their tensors, written in this order as F32
 * @throws {CheckpointError} as `encodeSafetensors`, and where there is no file system
 * @throws {RangeError} when `maxShardSize` is not a size
 */
export async function writeCheckpoint(
  directory: string,
  name: string,
  tensors: readonly (readonly [name: string, tensor: TensorToWrite])[],
  maxShardSize: ShardSize = '50GB',
): Promise<void> {
  const { files } = platform;
  if (!files)
    throw new CheckpointError(`A page cannot write ${directory}: make a Blob of encodeSafetensors(tensors) instead.`);
  const shards = divide(tensors, parseShardSize(maxShardSize));
  const path = (file: string) => files.join(directory, file);
  const index = shardIndexOf(name);

  if (shards.length <= 1) await files.writeFile(path(name), encodeSafetensors(tensors));
  else {
    const shardName = (i: number): string =>
      name.replace(/(\.\w+)$/, `-${numbered(i + 1)}-of-${numbered(shards.length)}$1`);
    // Under another name first: shards of an older checkpoint of as many files have the same names.
    const part = (i: number): string => path(`${shardName(i)}.part`);
    try {
      for (const [i, shard] of shards.entries()) await files.writeFile(part(i), encodeSafetensors(shard));
      await files.remove(path(index));
      for (const i of shards.keys()) await files.rename(part(i), path(shardName(i)));
    } finally {
      for (const i of shards.keys()) await files.remove(part(i));
    }
    const weightMap = shards.flatMap((shard, i) => shard.map(([tensor]) => [tensor, shardName(i)] as const));
    await files.writeFile(path(index), [describeShards(tensors, weightMap)]);
    await files.remove(path(name)); // it would be preferred to the shards
  }
  await removeOldShards(files, directory, name, shards.length);
}

/** In order, as many tensors to a file as it holds. */
function divide(tensors: Tensors, most: number): Tensors[] {
  const shards: (readonly [string, TensorToWrite])[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const entry of tensors) {
    const { byteLength } = entry[1].data;
    if (size + byteLength > most) {
      shards.push([]);
      size = 0;
    }
    shards.at(-1)!.push(entry);
    size += byteLength;
  }
  return shards;
}

const numbered = (count: number): string => String(count).padStart(5, '0');

/** The index, as transformers writes it: sorted names, indented by two spaces. */
function describeShards(tensors: Tensors, weightMap: readonly (readonly [string, string])[]): string {
  const total = tensors.reduce((sum, [, { data }]) => sum + data.length, 0);
  const sorted = [...weightMap].sort(([a], [b]) => (a < b ? -1 : 1));
  const index = {
    metadata: { total_parameters: total, total_size: 4 * total },
    weight_map: Object.fromEntries(sorted),
  };
  return `${JSON.stringify(index, null, 2)}\n`;
}

/** Takes away what an older checkpoint of another number of files left. */
async function removeOldShards(files: FileSystem, directory: string, name: string, count: number): Promise<void> {
  if (count <= 1) await files.remove(files.join(directory, shardIndexOf(name)));
  const [, stem, extension] = /^(.*)(\.\w+)$/.exec(name)!;
  for (const file of await files.list(directory)) {
    const numbers = file.startsWith(`${stem}-`) && file.endsWith(extension!) && /-\d{5}-of-(\d{5})\.\w+$/.exec(file);
    if (numbers && (count <= 1 || Number(numbers[1]) !== count)) await files.remove(files.join(directory, file));
  }
}

/** Bytes of a size such as `'5GB'`. */
function parseShardSize(size: ShardSize): number {
  const [, number, prefix = '', unit] = /^(\d+(?:\.\d+)?)([KMGT]?)(i?B)$/.exec(String(size)) ?? [];
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(prefix);
  const bytes = typeof size === 'number' ? size : Number(number) * (unit === 'iB' ? 1024 : 1000) ** power;
  if (!(bytes >= 1))
    throw new RangeError(
      `maxShardSize: expected bytes, or a size such as '5GB' or '500MB', got ${JSON.stringify(size)}.`,
    );
  return bytes;
}
