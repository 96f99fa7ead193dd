import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ASTForAudioClassification } from '../src/ast/index.js';
import { useBackend } from '../src/backends/index.js';
import { exportOnnx } from '../src/export/index.js';
import { MissingPeer, python, shared } from './peers.js';

/** AudioSet's. */
export const LABELS = 527;

/** AST-base with random weights on disk. */
export interface Model {
  /** In Hugging Face layout. */
  directory: string;
  /** The same weights as one ONNX graph. */
  graph: string;
}

const root = join(import.meta.dirname, '..');
const cache = join(root, 'runs', 'bench');

/**
 * AST-base for inputs of `frames`, made when first needed and kept in runs/bench. The weights are those of the reference
 * program, which writes the graph that ONNX Runtime and transformers.js run; without PyTorch both are this library's own.
 */
export async function baseModel(frames: number): Promise<Model> {
  const directory = join(cache, `ast-base-${frames}`);
  const graph = join(directory, 'onnx', 'model.onnx'); // where transformers.js looks for it
  if (!existsSync(graph) && !writtenByPyTorch(directory, graph, frames)) await saveNew(directory, frames);
  return { directory, graph };
}

/** The small model that the playground comes with, and its graph. */
export async function builtInModel(): Promise<Model & { frames: number }> {
  const directory = join(cache, 'built-in');
  await useBackend('cpu');
  const model = await ASTForAudioClassification.fromPretrained(join(root, 'examples', 'playground', 'model'));
  await model.savePretrained(directory);
  await exportOnnx(model, directory);
  const frames = model.config.maxLength;
  model.dispose();
  return { directory, graph: join(directory, 'onnx', 'model.onnx'), frames };
}

function writtenByPyTorch(directory: string, graph: string, frames: number): boolean {
  try {
    const program = shared('reference', 'export_onnx.py');
    execFileSync(python(), [program, directory, '--frames', String(frames)], { stdio: 'pipe' });
    mkdirSync(join(directory, 'onnx'), { recursive: true });
    renameSync(join(directory, 'model.onnx'), graph);
    return true;
  } catch (error) {
    if (error instanceof MissingPeer) return false;
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function saveNew(directory: string, frames: number): Promise<void> {
  await useBackend('cpu');
  const labels = Array.from({ length: LABELS }, (_, i) => `LABEL_${i}`);
  const model = ASTForAudioClassification.fromConfig({ maxLength: frames }, { labels });
  await model.savePretrained(directory);
  await exportOnnx(model, directory);
  model.dispose();
}
