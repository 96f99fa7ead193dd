import type { ExtractorConfig } from '../audio/index.js';
import { completeExtractorConfig } from '../audio/preprocessorConfig.js';
import { parsePreprocessorConfig } from '../audio/preprocessorFile.js';
import { CheckpointError } from '../errors.js';
import { findWeights, openCheckpoint, type Repository, type SafetensorsFile } from '../hub/index.js';
import { inNamesOfTransformers, isNamedByAuthors } from './authorsNames.js';
import { type ParsedConfigFile, parseConfigFile } from './configFile.js';
import { configFromShapes } from './configFromShapes.js';

const configName = 'config.json';
const preprocessorName = 'preprocessor_config.json';
/** The weights, in one file; in several, the index has a name that begins so. */
export const weightsName = 'model.safetensors';

/** A checkpoint without its weights. */
export interface CheckpointSettings {
  source: ParsedConfigFile;
  extractorConfig: ExtractorConfig;
}

/**
 * Reads what a checkpoint says of itself. One in the naming of the AST authors may lack both files: then the shapes of its
 * tensors give the config, and features are those of AudioSet.
 *
 * @throws {CheckpointError} when a file is missing or malformed
 */
export async function readSettings(repository: Repository): Promise<CheckpointSettings> {
  const missing: string[] = [];
  for (const path of [configName, preprocessorName]) if (!(await repository.has(path))) missing.push(path);
  if (!(await findWeights(repository, weightsName))) missing.push(weightsName);
  const authors = missing.length > 0 && !missing.includes(weightsName) ? await tensorsOfAuthors(repository) : undefined;
  if (missing.length > 0 && !authors)
    throw new CheckpointError(
      `${repository.name} has no ${missing[0]}. A checkpoint is a directory or repository with config.json, ` +
        `preprocessor_config.json and model.safetensors, as transformers' save_pretrained writes it.`,
    );
  const source =
    authors && missing.includes(configName)
      ? { ...configFromShapes(authors, repository.name), json: {} }
      : parseConfigFile(await repository.readJson(configName), repository.name);
  const { numMelBins, maxLength } = source.config;
  const extractorConfig = missing.includes(preprocessorName)
    ? completeExtractorConfig({ numMelBins, maxLength })
    : parsePreprocessorConfig(await repository.readJson(preprocessorName), repository.name);
  return { source, extractorConfig };
}

/** The tensors of a checkpoint by their names in transformers, if it is in the naming of the AST authors. */
async function tensorsOfAuthors(repository: Repository): Promise<SafetensorsFile['tensors'] | undefined> {
  const file = await openCheckpoint(repository, weightsName);
  await file.close();
  return isNamedByAuthors(file) ? inNamesOfTransformers(file).tensors : undefined;
}

/** Opens the weights, under their names in transformers; the caller closes the file. */
export async function openWeights(repository: Repository): Promise<SafetensorsFile> {
  return inNamesOfTransformers(await openCheckpoint(repository, weightsName));
}
