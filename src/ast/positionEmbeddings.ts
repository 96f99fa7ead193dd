/**
 * Fits position embeddings to another number of time patches, as the AST authors do (`ast_models.py` of the AST
 * repository): the centre columns are kept when the window is shorter; columns are interpolated linearly, half-pixel
 * centres and clamped edges (torch's `bilinear` with `align_corners=False`), when it is longer.
 *
 * @param values [tokens, hidden]: class and distillation tokens, then frequency * timeFrom patches, time fastest
 * @returns [2 + frequency * timeTo, hidden]
 */
export function resizePositionEmbeddings(
  values: Float32Array,
  { frequency, timeFrom, timeTo, hidden }: { frequency: number; timeFrom: number; timeTo: number; hidden: number },
): Float32Array {
  const resized = new Float32Array((2 + frequency * timeTo) * hidden);
  resized.set(values.subarray(0, 2 * hidden));
  const first = Math.floor(timeFrom / 2) - Math.floor(timeTo / 2);
  for (let f = 0; f < frequency; f++) {
    for (let t = 0; t < timeTo; t++) {
      const to = (2 + f * timeTo + t) * hidden;
      const row = (column: number): number => (2 + f * timeFrom + column) * hidden;
      if (timeTo <= timeFrom) {
        resized.set(values.subarray(row(first + t), row(first + t) + hidden), to);
        continue;
      }
      const position = Math.max(0, ((t + 0.5) * timeFrom) / timeTo - 0.5);
      const left = Math.floor(position);
      const right = Math.min(left + 1, timeFrom - 1);
      const fraction = position - left;
      for (let i = 0; i < hidden; i++)
        resized[to + i] = values[row(left) + i]! * (1 - fraction) + values[row(right) + i]! * fraction;
    }
  }
  return resized;
}
