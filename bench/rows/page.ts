import { inPage } from '../contenders.js';
import { baseModel, builtInModel } from '../models.js';
import { featurePhases, forwardPhases, type Phase } from '../operations.js';
import { recordings } from '../recordings.js';
import type { Group, Row } from './row.js';

/** A page has one thread where the machine has two cores, and takes seconds a clip. */
const effort = { minRounds: 2, maxRounds: 5 };

export const page: Group = {
  id: 7,
  title: 'In the page (Chromium, WebAssembly): a 5 s clip, from an Ogg file to labels',
  rows: async () => [await builtIn(), await base()],
};

const contender = (
  library: 'ast-ts' | 'transformers.js',
  directory: string,
  frames: number,
  clips: number,
  phases: readonly Phase[],
) =>
  inPage(library === 'ast-ts' ? 'astTs' : 'transformersJs', () => ({ directory, frames, files: recordings(clips) }), {
    name: `${library}, ${frames} frames`,
    warmUps: 1,
    phases,
  });

async function base(): Promise<Row> {
  const short = (await baseModel(512)).directory;
  const long = (await baseModel(1024)).directory;
  const contenders = [
    contender('ast-ts', short, 512, 1, [...featurePhases(5), ...forwardPhases(512, 1)]),
    contender('ast-ts', long, 1024, 1, [...featurePhases(5), ...forwardPhases(1024, 1)]),
    contender('transformers.js', short, 512, 1, [...featurePhases(5), ...forwardPhases(512, 1)]),
    contender('transformers.js', long, 1024, 1, [...featurePhases(5), ...forwardPhases(1024, 1)]),
  ];
  const pairs = [
    { ours: 'ast-ts, 512 frames', peer: 'transformers.js, 1024 frames', sameTask: false },
    { ours: 'ast-ts, 512 frames', peer: 'transformers.js, 512 frames' },
    { ours: 'ast-ts, 1024 frames', peer: 'transformers.js, 1024 frames' },
  ];
  return { title: 'AST-base', contenders, effort, pairs };
}

/** One clip would be too short to time. */
const CLIPS = 10;

async function builtIn(): Promise<Row> {
  const { directory, frames } = await builtInModel();
  const contenders = [
    contender('ast-ts', directory, frames, CLIPS, featurePhases(5 * CLIPS)),
    contender('transformers.js', directory, frames, CLIPS, featurePhases(5 * CLIPS)),
  ];
  const pairs = [{ ours: contenders[0]!.name, peer: contenders[1]!.name }];
  return { title: "the playground's model", count: CLIPS, contenders, effort, pairs };
}
