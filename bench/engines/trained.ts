/** Which parameters a training step moves. pytorch.py has the same rule. */
export type Trained = 'all' | 'upper half' | 'head';

/** `upper half`: blocks 6 to 11 of 12, the last norm and the head. */
export function isTrainable(name: string, trained: Trained): boolean {
  if (trained === 'all' || name.startsWith('classifier.')) return true;
  if (trained === 'head') return false;
  const block = /\.layer\.(\d+)\./.exec(name)?.[1];
  return block === undefined ? !name.includes('embeddings') : Number(block) >= 6;
}
