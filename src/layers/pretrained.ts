import type { io } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import * as v from 'valibot';
import { CheckpointError } from '../errors.js';
import { openRepository, type Repository, type RepositoryOptions } from '../hub/index.js';
import { fromLayersModel, type LayersModelOptions, type TrainableLayersModel } from './fromLayersModel.js';
import { modelFile } from './writeLayersModel.js';

/** Settings of {@link layersModelFromPretrained}; what is given wins over what is in the file. */
export interface PretrainedLayersModelOptions extends RepositoryOptions, Partial<LayersModelOptions> {}

const schema = v.looseObject({
  modelTopology: v.looseObject({}),
  weightsManifest: v.array(
    v.object({ paths: v.array(v.string()), weights: v.array(v.looseObject({ name: v.string() })) }),
  ),
  userDefinedMetadata: v.optional(
    v.looseObject({
      labels: v.optional(v.array(v.string())),
      problemType: v.optional(v.picklist(['single_label_classification', 'multi_label_classification'])),
      inputAxes: v.optional(v.picklist(['frames-bins', 'bins-frames'])),
      extractorConfig: v.optional(v.looseObject({})),
    }),
  ),
});

/**
 * Loads a model of tfjs-layers for classifying or training: what {@link TrainableLayersModel.savePretrained} wrote, or any
 * `model.json` with its weights, for which `labels` must be given.
 *
 * @param idOrPath a directory, an id on the Hugging Face Hub, or the URL of a directory
 * @throws {CheckpointError} when `model.json` is missing or malformed, has no labels, or its weights do not fit
 * @throws {HubError} when the Hub does not give a file
 * @throws {TrainingError} as {@link fromLayersModel}
 *
 * @example
 * ```ts
 * const model = await layersModelFromPretrained('runs/esc50-cnn/model');
 * const extractor = new LogMelExtractor(model.extractorConfig as LogMelConfig);
 * ```
 */
export async function layersModelFromPretrained(
  idOrPath: string,
  { labels, inputAxes, problemType, extractorConfig, ...repositoryOptions }: PretrainedLayersModelOptions = {},
): Promise<TrainableLayersModel> {
  const repository = await openRepository(idOrPath, repositoryOptions);
  const json = parseModel(await repository.readJson(modelFile), repository.name);
  const saved = json.userDefinedMetadata ?? {};
  const names = labels ?? saved.labels;
  if (!names)
    throw new CheckpointError(
      `${repository.name}: ${modelFile} has no labels; pass { labels: the names of the classes }.`,
    );
  const weightData = await readWeights(
    repository,
    json.weightsManifest.flatMap(({ paths }) => paths),
  );
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights) as unknown as io.WeightsManifestEntry[];
  const load = async (): Promise<io.ModelArtifacts> => ({ ...json, weightSpecs, weightData }) as io.ModelArtifacts;
  const layersModel = await loadLayersModel({ load }).catch((cause: Error) => {
    throw new CheckpointError(`${repository.name}: the model cannot be loaded: ${cause.message}`, [], { cause });
  });
  try {
    return fromLayersModel(layersModel, {
      labels: names,
      inputAxes: inputAxes ?? saved.inputAxes,
      problemType: problemType ?? saved.problemType,
      extractorConfig: extractorConfig ?? (saved.extractorConfig as LayersModelOptions['extractorConfig']),
    });
  } catch (error) {
    layersModel.dispose();
    throw error;
  }
}

function parseModel(json: unknown, name: string): v.InferOutput<typeof schema> {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = v.getDotPath(issue) ?? '(top)';
  throw new CheckpointError(`${name}: ${modelFile}, key '${key}': expected ${issue.expected}, got ${issue.received}.`);
}

/** The files of a model's weights, one after the other. */
async function readWeights(repository: Repository, paths: readonly string[]): Promise<ArrayBuffer[]> {
  const buffers: ArrayBuffer[] = [];
  for (const path of paths) {
    const source = await repository.open(path);
    try {
      buffers.push((await source.read(0, source.size)).buffer);
    } finally {
      await source.close();
    }
  }
  return buffers;
}
