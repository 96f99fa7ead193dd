import { astTs, pytorch, wholeGraph } from '../contenders.js';
import { baseModel } from '../models.js';
import { forwardPhases } from '../operations.js';
import { against, type Group, type Row } from './row.js';

export const forward: Group = {
  id: 2,
  title: 'AST-base forward, a clip',
  rows: async () => [await row(512, 1), await row(512, 8), await row(1024, 1), await row(1024, 8)],
};

async function row(frames: number, batch: number): Promise<Row> {
  const { directory, graph } = await baseModel(frames);
  const task = { frames, batch };
  const ours = { directory, backend: 'onnxruntime', dtype: 'float32', ...task };
  const float32 = astTs('forward.ts', ours, forwardPhases(frames, batch));
  const int8 = astTs('forward.ts', { ...ours, dtype: 'int8' }, forwardPhases(frames, batch, 'int8'), {
    name: 'ast-ts int8',
  });
  const peers = [wholeGraph(graph, task), pytorch('forward', task, { warmUps: 1 })];
  // It takes ten seconds and more a clip.
  if (batch === 1)
    peers.push(
      astTs('forward.ts', { ...ours, backend: 'wasm' }, [], { name: 'tfjs wasm backend', warmUps: 1, maxRuns: 2 }),
    );
  return {
    title: `${frames} frames, batch ${batch}`,
    count: batch,
    contenders: [float32, int8, ...peers],
    // A round of batch 8 takes most of a minute.
    effort: batch > 1 ? { minRounds: 2 } : {},
    pairs: [...against('ast-ts', peers), { ours: 'ast-ts int8', peer: 'ONNX Runtime, whole graph' }],
  };
}
