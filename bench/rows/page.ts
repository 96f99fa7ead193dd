import { inPage } from '../contenders.js';
import { baseModel } from '../models.js';
import { featurePhases, forwardPhases } from '../operations.js';
import { recordings } from '../recordings.js';
import type { Group, Row } from './row.js';

/** A page has one thread where the machine has two cores, and takes seconds a clip. */
const effort = { minRounds: 2, maxRounds: 5 };

export const page: Group = {
  id: 7,
  title: 'In the page (Chromium, WebAssembly): a 5 s clip, from an Ogg file to labels',
  rows: async () => [await base()],
};

async function base(): Promise<Row> {
  const short = (await baseModel(512)).directory;
  const long = (await baseModel(1024)).directory;
  const contender = (library: 'ast-ts' | 'transformers.js', frames: number) =>
    inPage(
      library === 'ast-ts' ? 'astTs' : 'transformersJs',
      () => ({ directory: frames === 512 ? short : long, frames, files: recordings(1) }),
      {
        name: `${library}, ${frames} frames`,
        warmUps: 1,
        phases: [...featurePhases(5), ...forwardPhases(frames, 1)],
      },
    );
  const pairs = [
    { ours: 'ast-ts, 512 frames', peer: 'transformers.js, 1024 frames', sameTask: false },
    { ours: 'ast-ts, 512 frames', peer: 'transformers.js, 512 frames' },
    { ours: 'ast-ts, 1024 frames', peer: 'transformers.js, 1024 frames' },
  ];
  const contenders = [
    contender('ast-ts', 512),
    contender('ast-ts', 1024),
    contender('transformers.js', 512),
    contender('transformers.js', 1024),
  ];
  return { title: 'AST-base', contenders, effort, pairs };
}
