import type { ModelSource, TrainingOutcome } from '../protocol.js';
import { loading, model, notify, outcome, type Problem, type SavedModel, savedModels } from '../state.js';
import { forgetModel, storeModel } from '../storage.js';
import { classifyShown } from './scene.js';
import { askModel, remember } from './workers.js';

/** Puts another model to use. Where it cannot be loaded, the one before stays. */
export async function loadModel(source: ModelSource, maxLength?: number): Promise<void> {
  const name = source.kind === 'address' ? source.address : source.kind === 'files' ? source.name : 'synthetic';
  loading.value = { name };
  try {
    model.value = await askModel('load', { source, maxLength }, ({ loaded, total }) => {
      loading.value = { name, fraction: loaded / total };
    });
    outcome.value = undefined;
    remember(source, maxLength);
  } catch (error) {
    if ((error as Error).name !== 'Lost') notify(problemOf(error as Error), { name, error });
    return;
  } finally {
    loading.value = undefined;
  }
  await classifyShown();
}

function problemOf({ name, message }: Error): Problem {
  if (/memory|allocat/i.test(message)) return 'outOfMemory';
  return name === 'HubError' || name === 'TypeError' ? 'unreachable' : 'brokenModel';
}

/** A checkpoint that was dropped: its files, or a zip of them. */
export async function openModelFiles(dropped: readonly File[]): Promise<void> {
  const zip = dropped.find(({ name }) => name.endsWith('.zip'));
  const files: Record<string, Blob> = Object.fromEntries(dropped.map((file) => [file.name, file]));
  const name = (zip ?? dropped.find((file) => file.name.endsWith('.safetensors')) ?? dropped[0])?.name ?? '';
  try {
    await loadModel({ kind: 'files', name, files: zip ? await unzipped(zip) : files });
  } catch (error) {
    notify('brokenModel', { name, error });
  }
}

/** Saves what was trained in this browser; where there is no room, it stays in the page. */
export async function keepModel({ model: { name }, files, heldOut }: TrainingOutcome): Promise<void> {
  const right = heldOut?.clips.filter(({ truth, prediction }) => truth === prediction).length;
  const saved: SavedModel = {
    id: crypto.randomUUID(),
    name,
    created: Date.now(),
    right,
    heldOut: heldOut?.clips.length,
    files,
  };
  savedModels.value = [saved, ...savedModels.value];
  await storeModel(saved);
}

export const useSaved = ({ name, files }: SavedModel): Promise<void> => loadModel({ kind: 'files', name, files });

export async function removeSaved(id: string): Promise<void> {
  savedModels.value = savedModels.value.filter((saved) => saved.id !== id);
  await forgetModel(id);
}

/** Offers a model as one zip file. */
export async function download(name: string, files?: Record<string, Blob>): Promise<void> {
  const { zip } = await import('fflate');
  const contents = await bytesOf(files ?? (await askModel('files', undefined)));
  // Weights do not become smaller by compression.
  const bytes = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) =>
    zip(contents, { level: 0 }, (error, data) => (error ? reject(error) : resolve(new Uint8Array(data)))),
  );
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }));
  link.download = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.zip`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function unzipped(file: File): Promise<Record<string, Blob>> {
  const { unzip } = await import('fflate');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const contents = await new Promise<Record<string, Uint8Array>>((resolve, reject) =>
    unzip(bytes, (error, data) => (error ? reject(error) : resolve(data))),
  );
  // By the last part of the name: some programs put all into a directory.
  return Object.fromEntries(
    Object.entries(contents).map(([path, data]) => [path.split('/').at(-1)!, new Blob([new Uint8Array(data)])]),
  );
}

async function bytesOf(files: Record<string, Blob>): Promise<Record<string, Uint8Array>> {
  const read = Object.entries(files).map(
    async ([name, blob]) => [name, new Uint8Array(await blob.arrayBuffer())] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
