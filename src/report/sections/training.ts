import { plotTrainingCurves } from '../../plots/index.js';
import type { Html } from '../html.js';
import { picture, type ResultContext, section } from './section.js';

/** How the model was trained, where the result knows. */
export async function training(context: ResultContext): Promise<Html | undefined> {
  const { training: history } = context.result;
  if (!history || history.steps.length + history.evaluations.length === 0) return undefined;
  return section(
    context,
    'training.title',
    { intro: 'training.intro', values: { steps: history.steps.at(-1)?.step ?? history.evaluations.at(-1)!.step } },
    await picture((options) => plotTrainingCurves(history, options), {}),
  );
}
