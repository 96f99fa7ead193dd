/** How each of those who are compared is started. */
import { physicalCores } from '../src/backends/onnxruntime/machine.js';
import type { Contender } from './measure.js';
import type { Phase } from './operations.js';
import { installPeers, referenceDirectory, shared } from './peers.js';
import type { Command } from './process.js';

/** What to do, or a function of it that throws the reason where it cannot be done. */
type Task = Command['task'] | (() => Command['task']);
/** What differs between contenders, beside their task. */
type Settings = Partial<Pick<Contender, 'name' | 'phases' | 'maxRuns' | 'warmUps'>>;

const resolved = (task: Task): Command['task'] => (typeof task === 'function' ? task() : task);

/** This library, as an engine runs it. */
export const astTs = (
  file: Command['file'],
  task: Task,
  phases: readonly Phase[],
  settings: Settings = {},
): Contender => ({
  name: 'ast-ts',
  command: () => ({ file, task: resolved(task) }),
  phases,
  ...settings,
});

/** PyTorch on all cores, torchaudio on one. */
export const pytorch = (
  kind: 'features' | 'forward' | 'trainingStep',
  task: Task,
  settings: Settings = {},
): Contender => ({
  name: kind === 'features' ? 'torchaudio' : 'PyTorch',
  command() {
    if (kind !== 'features') shared('reference', 'reference_ast.py');
    const threads = kind === 'features' ? 1 : physicalCores();
    return { file: 'pytorch.py', task: { kind, threads, reference: referenceDirectory, ...resolved(task) } };
  },
  ...settings,
});

/** onnxruntime-node on the exported graph. */
export const wholeGraph = (graph: string, task: Task, settings: Settings = {}): Contender => ({
  name: 'ONNX Runtime, whole graph',
  command: () => ({ file: 'wholeGraph.ts', task: { graph, ...resolved(task) } }),
  ...settings,
});

/** A page in Chromium that has this library or transformers.js, as engines/page.ts opens it. */
export const inPage = (
  page: 'astTs' | 'transformersJs',
  task: () => { directory: string; frames: number; files: string[] },
  settings: Settings & { name: string },
): Contender => ({
  command() {
    if (page === 'transformersJs') installPeers();
    return { file: 'page.ts', task: { page, ...task() } };
  },
  ...settings,
});

export const transformersJs = (
  file: 'transformersFeatures.ts' | 'transformersClassify.ts',
  task: Task,
  settings: Settings = {},
): Contender => ({
  name: 'transformers.js',
  command() {
    installPeers();
    return { file, task: resolved(task) };
  },
  ...settings,
});
