import { astTs, pytorch } from '../contenders.js';
import type { Trained } from '../engines/trained.js';
import { baseModel } from '../models.js';
import { trainingPhases } from '../operations.js';
import { against, type Group, type Row } from './row.js';

const FRAMES = 512;

export const training: Group = {
  id: 4,
  title: 'A training step of AST-base, 512 frames',
  rows: async () => [
    await row(4),
    await row(8),
    await row(4, { trained: 'upper half' }),
    await row(4, { trained: 'head' }),
    await row(4, { gradientCheckpointing: true }),
  ],
};

interface Variant {
  trained?: Trained;
  gradientCheckpointing?: boolean;
}

async function row(batch: number, { trained = 'all', gradientCheckpointing = false }: Variant = {}): Promise<Row> {
  const { directory } = await baseModel(FRAMES);
  const task = { frames: FRAMES, batch, trained, gradientCheckpointing };
  const phases = trainingPhases(FRAMES, batch, trained, gradientCheckpointing);
  const contenders = [
    astTs('trainingStep.ts', { directory, ...task }, phases),
    pytorch('trainingStep', task, { warmUps: 1 }),
  ];
  const variant = {
    all: gradientCheckpointing ? ', gradient checkpointing' : '',
    'upper half': ', lower half of the blocks frozen',
    head: ', head only',
  }[trained];
  const title = `batch ${batch}${variant}`;
  return {
    title,
    contenders,
    pairs: against('ast-ts', contenders),
    effort: title === 'batch 4' ? {} : { minRounds: 2 },
  };
}
