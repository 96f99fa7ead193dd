/** Scores and losses of single clips, in float64. */

/** Probabilities of classes that exclude each other, from logits. */
export function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The probability of a class of its own. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Cross-entropy of logits and a class, in nats. */
export function crossEntropyOf(logits: readonly number[], label: number): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return largest - logits[label]! + Math.log(sum);
}

/** Mean binary cross-entropy of logits and the classes that are present, in nats. */
export function binaryCrossEntropyOf(logits: readonly number[], classes: readonly number[]): number {
  const sum = logits.reduce((total, logit, label) => {
    const softplus = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    return total + softplus - (classes.includes(label) ? logit : 0);
  }, 0);
  return sum / logits.length;
}
