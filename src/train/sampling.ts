import type { Random } from '../random.js';

/**
 * An epoch in which every class is as frequent as any other, whatever their numbers of clips: as many draws as there are
 * clips, with replacement, each clip as likely as its class is rare. It is what torch's `WeightedRandomSampler` draws with
 * the inverse frequency of each clip's class as weight: a class at random, then one of its clips.
 *
 * @param labels class of each clip
 * @param random moved on by two draws a clip
 * @returns indices into `labels`, as many as there are labels
 *
 * @example
 * ```ts
 * const order = balancedOrder([0, 0, 0, 1], createRandom(42)); // index 3 is half of the draws
 * ```
 */
export function balancedOrder(labels: readonly number[], random: Random): number[] {
  const clipsByClass = new Map<number, number[]>();
  for (const [index, label] of labels.entries()) {
    const clips = clipsByClass.get(label);
    if (clips) clips.push(index);
    else clipsByClass.set(label, [index]);
  }
  const classes = [...clipsByClass.values()];
  return labels.map(() => {
    const clips = classes[random.integer(classes.length)]!;
    return clips[random.integer(clips.length)]!;
  });
}
