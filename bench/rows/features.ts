import { astTs, pytorch, transformersJs } from '../contenders.js';
import { baseModel } from '../models.js';
import { featurePhases } from '../operations.js';
import { against, type Group } from './row.js';

const SECONDS = 5;
/** One extraction is too short to time. */
const REPEAT = 50;

export const features: Group = {
  id: 1,
  title: 'Features of a 5 s clip, one thread',
  async rows() {
    const { directory } = await baseModel(1024);
    const task = { seconds: SECONDS, repeat: REPEAT };
    const contenders = [
      astTs('features.ts', task, featurePhases(SECONDS)),
      transformersJs('transformersFeatures.ts', { directory, ...task }),
      pytorch('features', task),
    ];
    return [{ title: 'log-mel features', contenders, pairs: against('ast-ts', contenders) }];
  },
};
