import { type Batch, splitBatch } from './batches.js';

/** A part of a step's clips that goes through the model at once. */
export interface MicroBatch {
  readonly batch: Batch;
  /** Its share of the step's loss and gradients; all shares are 1 together. */
  readonly share: number;
}

/** How many clips go through the model at once: batches, or parts of them where they do not fit in memory. */
export interface MicroBatches {
  /** Clips at once at most. */
  size: number;
  /** A step's batches in parts. Every batch counts the same in a step. */
  of(batches: readonly Batch[]): MicroBatch[];
  /** Halves the size after an error of allocation; false where that is no way out. */
  shrink(error: unknown, step: number): boolean;
}

/**
 * @param weigh how much a part of a batch counts in the batch's mean loss
 * @param onWarning told when batches are taken apart; `undefined` where they are to stay whole
 */
export function microBatches(
  batchSize: number,
  weigh: (batch: Batch) => number,
  onWarning: ((message: string) => void) | undefined,
): MicroBatches {
  const parts: MicroBatches = {
    size: batchSize,
    of: (batches) =>
      batches.flatMap((whole) =>
        splitBatch(whole, parts.size).map((batch) => ({
          batch,
          share: weigh(batch) / weigh(whole) / batches.length,
        })),
      ),
    shrink(error, step) {
      if (!onWarning || parts.size === 1 || !isOutOfMemory(error)) return false;
      const before = parts.size;
      parts.size = Math.ceil(before / 2);
      onWarning(
        `ast-ts: ${before} clips at once do not fit in memory (${(error as Error).message}). From step ${step} on ${parts.size} at a ` +
          `time go through the model, and their gradients are averaged: a step still has batches of ${batchSize} clips. ` +
          'Only dropout draws other masks.',
      );
      return true;
    },
  };
  return parts;
}

/** What engines and backends say of memory that they do not get: V8, WebAssembly, WebGL, WebGPU, ONNX Runtime, TensorFlow. */
function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /out of memory|\boom\b|allocation (failed|size overflow)|(failed|cannot|unable) to (allocate|create .*(buffer|texture))|bad_alloc|invalid (typed )?array (buffer )?length|larger than the (maximum|maxBufferSize)/i.test(
      `${error.name} ${error.message}`,
    )
  );
}
