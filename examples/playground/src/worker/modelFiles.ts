import { type ModelCardFacts, modelCard } from 'ast-ts';
import type { ASTForAudioClassification } from 'ast-ts/ast';
import { MelSpectrogramExtractor } from 'ast-ts/audio';
import { encodeSafetensors, type TensorToWrite } from 'ast-ts/hub';
import type { ModelSource } from '../protocol.js';

/** What the model card is to say beyond what the model knows of itself. */
export interface Card extends Partial<ModelCardFacts> {
  name: string;
  source?: ModelSource;
}

/** A model as transformers' `save_pretrained` writes it, with a model card. */
export async function modelFiles(
  model: ASTForAudioClassification,
  { name, source, ...facts }: Card,
): Promise<Record<string, Blob>> {
  const tensors: [string, TensorToWrite][] = [];
  for (const [key, parameter] of model.parameters())
    tensors.push([key, { shape: parameter.shape, data: (await parameter.data()) as Float32Array }]);
  const { extractorConfig, labels, config } = model;
  const card = modelCard({
    modelId: fileNameOf(name),
    title: name,
    labels,
    problemType: config.problemType,
    samplingRate: extractorConfig.samplingRate,
    seconds: config.maxLength / 100,
    ...(source?.kind === 'address' && !source.address.includes(':') && { baseModel: source.address }),
    ...facts,
  });
  return {
    'config.json': json(model.configFile()),
    'preprocessor_config.json': json(await new MelSpectrogramExtractor(extractorConfig).configFile()),
    'model.safetensors': new Blob([...encodeSafetensors(tensors)]),
    'README.md': new Blob([card], { type: 'text/markdown' }),
  };
}

const json = (value: unknown): Blob => new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' });

const fileNameOf = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
