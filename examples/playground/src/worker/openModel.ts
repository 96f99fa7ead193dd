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

/** What a model is called: as its file, unless that has the name that all such files have; then by its classes. */
export function nameOf(source: ModelSource, labels: readonly string[]): string {
  if (source.kind === 'built-in') return 'synthetic';
  if (source.kind === 'address') return source.address;
  const name = source.name.replace(/\.(zip|safetensors)$/, '');
  return name === 'model' ? `${labels.slice(0, 3).join(', ')}${labels.length > 3 ? ' …' : ''}` : name;
}

/** @param started the backend, which may start while files are fetched */
export async function openModel(
  source: ModelSource,
  { started, ...options }: OpenOptions,
): Promise<ASTForAudioClassification> {
  const files = source.kind === 'built-in' ? await fetchBuiltIn() : source.kind === 'files' ? source.files : {};
  await started;
  if (source.kind === 'address') return ASTForAudioClassification.fromPretrained(source.address, options);
  // fromPretrained reads what fetch gives it; here fetch is a lookup, and nothing is sent.
  const address = 'https://files.invalid';
  const fetch: typeof globalThis.fetch = async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const file = files[decodeURIComponent(pathname.slice(1))];
    return file ? new Response(file) : new Response(null, { status: 404 });
  };
  try {
    return await ASTForAudioClassification.fromPretrained(address, { ...options, fetch });
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(`${address}/`, '');
    throw error;
  }
}

async function fetchBuiltIn(): Promise<Record<string, Blob>> {
  const entries = Object.entries(builtIn).map(async ([name, url]) => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The server answers ${answer.status} for ${url}.`);
    return [name, await answer.blob()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
