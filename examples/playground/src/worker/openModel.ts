import { ASTForAudioClassification } from 'ast-ts/ast';
import config from '../../model/config.json?url';
import weights from '../../model/model.safetensors?url';
import preprocessor from '../../model/preprocessor_config.json?url';
import type { ModelProtocol, ModelSource } from '../protocol.js';

/** How a model is opened, beside where it comes from. */
interface OpenOptions {
  /** Classes of one's own: the last layer is then new. */
  labels?: readonly string[];
  /** Frames of a window, 100 a second, where it is not to be the checkpoint's own. */
  maxLength?: number;
  started: Promise<unknown>;
  onProgress?: (progress: ModelProtocol['load']['progress']) => void;
}

const builtIn = {
  'config.json': config,
  'preprocessor_config.json': preprocessor,
  'model.safetensors': weights,
};

export const nameOf = (source: ModelSource): string =>
  source.kind === 'built-in' ? 'synthetic' : source.kind === 'address' ? source.address : source.name;

/** @param started the backend, which may start while files are fetched */
export async function openModel(
  source: ModelSource,
  { started, ...options }: OpenOptions,
): Promise<ASTForAudioClassification> {
  const files = source.kind === 'built-in' ? await fetchBuiltIn() : source.kind === 'files' ? source.files : {};
  await started;
  if (source.kind === 'address') return ASTForAudioClassification.fromPretrained(source.address, options);
  // fromPretrained reads what fetch gives it; here fetch is a lookup, and nothing is sent.
  return ASTForAudioClassification.fromPretrained(`https://files.invalid/${encodeURIComponent(nameOf(source))}`, {
    ...options,
    fetch: async (input) => {
      const path = decodeURIComponent(new URL(input instanceof Request ? input.url : input).pathname);
      const file = files[path.split('/').at(-1)!];
      return file ? new Response(file) : new Response(null, { status: 404 });
    },
  });
}

async function fetchBuiltIn(): Promise<Record<string, Blob>> {
  const entries = Object.entries(builtIn).map(async ([name, url]) => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The server answers ${answer.status} for ${url}.`);
    return [name, await answer.blob()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
