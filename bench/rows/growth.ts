import { astTs, pytorch, transformersJs, wholeGraph } from '../contenders.js';
import { baseModel } from '../models.js';
import { featurePhases, forwardPhases } from '../operations.js';
import { recordings } from '../recordings.js';
import { against, type Group, type Row } from './row.js';

const effort = { budgetSeconds: 3, minRounds: 2 };

export const growth: Group = {
  id: 6,
  title: 'Growth: seconds a clip, and memory',
  async rows() {
    const rows: Row[] = [];
    for (const seconds of [1, 5, 10, 30]) rows.push(await clipLength(seconds));
    for (const batch of [1, 4, 16]) rows.push(await batchSize(batch));
    for (const clips of [1, 4, 16]) rows.push(await clipCount(clips));
    return rows;
  },
};

/** The forward pass of one clip whose every frame is an input: attention grows with the square of its length. */
async function clipLength(seconds: number): Promise<Row> {
  const { directory } = await baseModel(1024);
  const task = { frames: 100 * seconds, batch: 1 };
  const ours = { directory, backend: 'onnxruntime', dtype: 'float32', ...task };
  const contenders = [
    astTs('forward.ts', ours, forwardPhases(task.frames, 1), { warmUps: 1 }),
    pytorch('forward', task, { warmUps: 1 }),
  ];
  // The position embeddings of other lengths are interpolated here and random there.
  const pairs = against('ast-ts', contenders).map((pair) => ({ ...pair, sameTask: false }));
  return { title: `clip of ${seconds} s (${task.frames} frames), forward`, contenders, pairs, effort };
}

async function batchSize(batch: number): Promise<Row> {
  const { directory, graph } = await baseModel(512);
  const task = { frames: 512, batch };
  const ours = { directory, backend: 'onnxruntime', dtype: 'float32', ...task };
  const contenders = [
    astTs('forward.ts', ours, forwardPhases(512, batch), { warmUps: 1 }),
    wholeGraph(graph, task, { warmUps: 1 }),
  ];
  return {
    title: `batch of ${batch} (512 frames), forward`,
    count: batch,
    contenders,
    pairs: against('ast-ts', contenders),
    effort,
  };
}

/** Files to labels. Memory must not grow with their number. */
async function clipCount(clips: number): Promise<Row> {
  const { directory, graph } = await baseModel(1024);
  const task = () => ({ directory, graph, files: recordings(clips) });
  const ours = () => ({ directory, dtype: 'float32', frames: 512, files: recordings(clips) });
  const phases = [...featurePhases(5 * clips), ...forwardPhases(512, clips)];
  const contenders = [
    astTs('classify.ts', ours, phases, { warmUps: 1 }),
    transformersJs('transformersClassify.ts', task, { name: 'transformers.js, 1024 frames', warmUps: 1, maxRuns: 1 }),
  ];
  const pairs = against('ast-ts', contenders).map((pair) => ({ ...pair, sameTask: false }));
  return {
    title: `${clips === 1 ? '1 clip' : `${clips} clips`} of 5 s, files to labels (512 frames)`,
    count: clips,
    contenders,
    pairs,
    effort,
  };
}
