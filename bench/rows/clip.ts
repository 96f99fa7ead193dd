import { astTs, transformersJs } from '../contenders.js';
import { baseModel } from '../models.js';
import { featurePhases, forwardPhases } from '../operations.js';
import { recordings } from '../recordings.js';
import type { Group } from './row.js';

const PEER = 'transformers.js, 1024 frames';

export const clip: Group = {
  id: 3,
  title: 'A 5 s clip, from an Ogg file to labels',
  async rows() {
    const { directory, graph } = await baseModel(1024);
    const files = () => recordings(1);
    const ours = (frames: number, dtype: 'float32' | 'int8') =>
      astTs(
        'classify.ts',
        () => ({ directory, dtype, frames, files: files() }),
        [...featurePhases(5), ...forwardPhases(frames, 1, dtype)],
        { name: `ast-ts, ${frames} frames${dtype === 'int8' ? ', int8' : ''}` },
      );
    const contenders = [ours(512, 'float32'), ours(512, 'int8'), ours(1024, 'float32')];
    const pairs = contenders.map(({ name }) => ({ ours: name, peer: PEER, sameTask: name === 'ast-ts, 1024 frames' }));
    const task = () => ({ directory, graph, files: files() });
    const peer = transformersJs('transformersClassify.ts', task, { name: PEER });
    return [{ title: 'classify', contenders: [...contenders, peer], pairs }];
  },
};
