/** Pieces of sound between who records and who reads, which need not be as fast at every moment. */
export interface SampleQueue {
  /** Adds a piece. When more than the most samples wait, the oldest pieces are dropped, and `onLoss` is told. */
  push(samples: Float32Array): void;
  /** Ends the sound: what waits is still given, then the loop ends, or throws `error`. Only the first call counts. */
  end(error?: Error): void;
  /** Samples that were dropped so far. */
  readonly lost: number;
  /** The pieces, once: loops share them. */
  readonly pieces: AsyncGenerator<Float32Array, void, undefined>;
}

/**
 * @param most samples that may wait
 * @param onLoss told at the first piece that is dropped since the queue was last empty
 */
export function createSampleQueue(most: number, onLoss: () => void): SampleQueue {
  const waiting: Float32Array[] = [];
  let samples = 0;
  let lost = 0;
  let isLosing = false;
  let end: { error: Error | undefined } | undefined;
  let wake: () => void = () => {};

  async function* read(): AsyncGenerator<Float32Array, void, undefined> {
    for (;;) {
      const piece = waiting.shift();
      if (piece) {
        samples -= piece.length;
        yield piece;
        continue;
      }
      isLosing = false;
      if (end?.error) throw end.error;
      if (end) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  return {
    push(piece) {
      if (end || piece.length === 0) return;
      waiting.push(piece);
      samples += piece.length;
      while (samples > most && waiting.length > 1) {
        const { length } = waiting.shift()!;
        samples -= length;
        lost += length;
        if (!isLosing) onLoss();
        isLosing = true;
      }
      wake();
    },
    end(error) {
      end ??= { error };
      wake();
    },
    get lost() {
      return lost;
    },
    pieces: read(),
  };
}
