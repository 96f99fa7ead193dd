import type { SafetensorsFile, TensorInfo } from '../hub/index.js';
import { positionEmbeddingsName } from './parameters.js';

/**
 * Names that the AST authors' code gives its tensors (`ast_models.py`, on timm's distilled DeiT; `#` is the number of a
 * block, `*` weight or bias), with their names in transformers. Three names: the tensor holds three, one below the other.
 */
const table = new Map<string, readonly string[]>([
  ['v.cls_token', ['audio_spectrogram_transformer.embeddings.cls_token']],
  ['v.dist_token', ['audio_spectrogram_transformer.embeddings.distillation_token']],
  ['v.pos_embed', [positionEmbeddingsName]],
  ['v.patch_embed.proj.*', ['audio_spectrogram_transformer.embeddings.patch_embeddings.projection.*']],
  ['v.blocks.#.norm1.*', ['audio_spectrogram_transformer.encoder.layer.#.layernorm_before.*']],
  [
    'v.blocks.#.attn.qkv.*',
    ['query', 'key', 'value'].map(
      (part) => `audio_spectrogram_transformer.encoder.layer.#.attention.attention.${part}.*`,
    ),
  ],
  ['v.blocks.#.attn.proj.*', ['audio_spectrogram_transformer.encoder.layer.#.attention.output.dense.*']],
  ['v.blocks.#.norm2.*', ['audio_spectrogram_transformer.encoder.layer.#.layernorm_after.*']],
  ['v.blocks.#.mlp.fc1.*', ['audio_spectrogram_transformer.encoder.layer.#.intermediate.dense.*']],
  ['v.blocks.#.mlp.fc2.*', ['audio_spectrogram_transformer.encoder.layer.#.output.dense.*']],
  ['v.norm.*', ['audio_spectrogram_transformer.layernorm.*']],
  ['mlp_head.0.*', ['classifier.layernorm.*']],
  ['mlp_head.1.*', ['classifier.dense.*']],
]);

/** The heads of the ImageNet model that the authors began with: in their checkpoints, but not used. */
const unused = /^v\.(head|head_dist)\.(weight|bias)$/;

function namesInTransformers(name: string): readonly string[] {
  const bare = name.replace(/^module\./, ''); // torch's DataParallel puts it in front
  if (unused.test(bare)) return [];
  const block = /^v\.blocks\.(\d+)\./.exec(bare)?.[1] ?? '#';
  const suffix = /\.(weight|bias)$/.exec(bare)?.[1] ?? '*';
  const pattern = bare.replace(/^v\.blocks\.\d+\./, 'v.blocks.#.').replace(/\.(weight|bias)$/, '.*');
  // A name that is not in the table stays as it is, for the message that lists what is not known.
  return table.get(pattern)?.map((known) => known.replace('#', block).replace('*', suffix)) ?? [name];
}

/** Whether a checkpoint file is in the naming of the AST authors. */
export const isNamedByAuthors = ({ tensors }: Pick<SafetensorsFile, 'tensors'>): boolean =>
  tensors.has('v.cls_token') || tensors.has('module.v.cls_token');

/**
 * A checkpoint file in the naming of the AST authors, as one in the naming of transformers: names by a table, query, key and
 * value apart. A file in another naming is returned as it is.
 */
export function inNamesOfTransformers(file: SafetensorsFile): SafetensorsFile {
  if (!isNamedByAuthors(file)) return file;
  const tensors = new Map<string, TensorInfo>();
  const places = new Map<string, { name: string; part: number; parts: number }>();
  for (const [name, info] of file.tensors) {
    const names = namesInTransformers(name);
    for (const [part, known] of names.entries()) {
      tensors.set(known, partOfTensor(info, part, names.length));
      places.set(known, { name, part, parts: names.length });
    }
  }
  const read: SafetensorsFile['read'] = async (known) => {
    const place = places.get(known);
    const { shape, data } = await file.read(place?.name ?? known);
    if (!place || place.parts === 1) return { shape, data };
    // Read again for each part: another read costs less memory than keeping it.
    const length = data.length / place.parts;
    return { shape: [...tensors.get(known)!.shape], data: data.slice(place.part * length, (place.part + 1) * length) };
  };
  return {
    ...file,
    tensors,
    read,
    async *readAll() {
      for (const name of tensors.keys()) yield [name, await read(name)];
    },
  };
}

/** Rows of a tensor, [rows, …]: the `part`-th of `parts`. One whose rows do not divide keeps its shape, which fits nothing then. */
function partOfTensor(info: TensorInfo, part: number, parts: number): TensorInfo {
  const [rows = 0, ...rest] = info.shape;
  if (parts === 1 || rows % parts !== 0) return info;
  const bytes = (info.end - info.start) / parts;
  return {
    dtype: info.dtype,
    shape: [rows / parts, ...rest],
    start: info.start + part * bytes,
    end: info.start + (part + 1) * bytes,
  };
}
