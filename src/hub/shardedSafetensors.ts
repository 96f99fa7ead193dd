import { CheckpointError } from '../errors.js';
import { nameSome } from './contentError.js';
import type { Repository } from './repositoryTypes.js';
import { openSafetensors, type SafetensorsFile } from './safetensors.js';
import { quoted, type TensorInfo } from './safetensorsHeader.js';

/** The file that says which shard holds which tensor of a checkpoint called `name`, e.g. `model.safetensors`. */
export const shardIndexOf = (name: string): string => `${name}.index.json`;

/**
 * The file by which a repository's weights are opened: `name` itself, else the index of its shards, as transformers prefers them;
 * `undefined` when there is neither.
 */
export async function findWeights(repository: Repository, name: string): Promise<string | undefined> {
  for (const path of [name, shardIndexOf(name)]) if (await repository.has(path)) return path;
  return undefined;
}

/**
 * Opens a checkpoint that lies in one safetensors file, or in several (`model-00001-of-00002.safetensors` …) under an index
 * (`model.safetensors.index.json`), as one file; where both are there, the single one. The caller closes it.
 *
 * @param name the single file's name
 * @throws {CheckpointError} when a file breaks its format, and when the index and its shards do not fit: a shard that is not
 * there, a tensor that is not in its shard or not in the index. Nothing is read of the tensors before.
 *
 * @example
 * ```ts
 * const repository = await openRepository('someone/ast-large');
 * const weights = await openCheckpoint(repository, 'model.safetensors');
 * for await (const [name, { shape }] of weights.readAll()) console.log(name, shape);
 * await weights.close();
 * ```
 */
export async function openCheckpoint(repository: Repository, name: string): Promise<SafetensorsFile> {
  const found = (await findWeights(repository, name)) ?? name;
  if (found === name) return openSafetensors(await repository.open(name));
  return openShards(repository, found);
}

async function openShards(repository: Repository, index: string): Promise<SafetensorsFile> {
  const name = `${repository.name}/${index}`;
  const weightMap = parseIndex(await repository.readJson(index), name);
  const shardNames = [...new Set(weightMap.values())];
  for (const shard of shardNames) {
    if (await repository.has(shard)) continue;
    const lost = [...weightMap].filter(([, file]) => file === shard).map(([tensor]) => tensor);
    throw new CheckpointError(
      `${name}: the shard ${shard} is not there, with ${lost.length} of ${weightMap.size} tensors: ${nameSome(lost.map(quoted))}. ` +
        'Download or save the checkpoint again.',
      lost,
    );
  }

  const shards = new Map<string, SafetensorsFile>();
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard.close();
  };
  try {
    for (const shard of shardNames) shards.set(shard, await openSafetensors(await repository.open(shard)));
    checkIndex(name, weightMap, shards);
  } catch (error) {
    await close();
    throw error;
  }

  const tensors = new Map<string, TensorInfo>();
  for (const shard of shards.values()) for (const [tensor, info] of shard.tensors) tensors.set(tensor, info);
  return {
    name,
    metadata: shards.values().next().value?.metadata ?? {},
    tensors,
    async read(tensor) {
      const shard = shards.get(weightMap.get(tensor) ?? '');
      if (!shard)
        throw new CheckpointError(`${name}: there is no tensor ${quoted(tensor)} among its ${tensors.size}.`, [tensor]);
      return shard.read(tensor);
    },
    async *readAll() {
      for (const shard of shards.values()) yield* shard.readAll();
    },
    close,
  };
}

/** Tensors with their shards. Shards lie beside the index: a path could lead out of the repository. */
function parseIndex(json: unknown, name: string): Map<string, string> {
  const weightMap: unknown = isRecord(json) ? json['weight_map'] : undefined;
  if (!isRecord(weightMap) || Object.keys(weightMap).length === 0)
    throw new CheckpointError(`${name}: expected an object with weight_map, the shard of every tensor.`);
  for (const [tensor, shard] of Object.entries(weightMap))
    if (typeof shard !== 'string' || !/^[^./\\:][^/\\:]*\.safetensors$/.test(shard))
      throw new CheckpointError(
        `${name}: weight_map has ${quoted(String(JSON.stringify(shard)).slice(0, 100))} for tensor ${quoted(tensor)}; expected a file ` +
          'beside it such as "model-00001-of-00002.safetensors".',
        [tensor],
      );
  return new Map(Object.entries(weightMap as Record<string, string>));
}

function checkIndex(
  name: string,
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, SafetensorsFile>,
): void {
  const refuse = (problem: string, tensors: readonly string[]): never => {
    throw new CheckpointError(`${name} ${problem}: ${nameSome(tensors.map(quoted))}.`, tensors);
  };
  const places = new Map<string, string[]>();
  for (const [shard, { tensors }] of shards)
    for (const tensor of tensors.keys()) places.set(tensor, [...(places.get(tensor) ?? []), shard]);
  const listed = [...weightMap.keys()];

  const lost = listed.filter((tensor) => !places.has(tensor));
  if (lost.length > 0) refuse('lists tensors that are in none of its shards', lost);
  const elsewhere = listed.filter((tensor) => !places.get(tensor)!.includes(weightMap.get(tensor)!));
  if (elsewhere.length > 0) refuse('lists tensors in another shard than the one they are in', elsewhere);
  const unlisted = [...places.keys()].filter((tensor) => !weightMap.has(tensor));
  if (unlisted.length > 0) refuse('does not list tensors that are in its shards', unlisted);
  const twice = [...places].filter(([, found]) => found.length > 1).map(([tensor]) => tensor);
  if (twice.length > 0) refuse('has shards that hold the same tensors', twice);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
