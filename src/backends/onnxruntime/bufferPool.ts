/**
 * Freed arrays by length, to be used again: a fresh large array costs a page fault for every 4 kB at its first touch.
 * Only arrays that the pool lent come back to it, so it never hands out one that somebody else still reads.
 */
export class BufferPool {
  /** Bytes that lie here unused. */
  freeBytes = 0;
  readonly #free = new Map<number, Float32Array[]>();
  readonly #lent = new WeakSet<object>();

  /** @param capBytes the most that is kept for later; what comes back beyond it is left to the garbage collector */
  constructor(readonly capBytes: number) {}

  /** An array of this length with arbitrary values. Throws a RangeError when there is no memory for it. */
  take(length: number): Float32Array {
    let values = this.#free.get(length)?.pop();
    if (values) this.freeBytes -= values.byteLength;
    else {
      try {
        values = new Float32Array(length);
      } catch {
        // Out of memory: what lies unused may make room.
        this.clear();
        values = new Float32Array(length);
      }
    }
    this.#lent.add(values);
    return values;
  }

  /** Takes an array back, if it was lent. */
  give(values: object | undefined): void {
    if (!values || !this.#lent.delete(values)) return;
    const array = values as Float32Array;
    if (this.freeBytes + array.byteLength > this.capBytes) return;
    this.freeBytes += array.byteLength;
    const sameLength = this.#free.get(array.length);
    if (sameLength) sameLength.push(array);
    else this.#free.set(array.length, [array]);
  }

  /** Never takes this array back: somebody outside holds it. */
  forget(values: object | undefined): void {
    if (values) this.#lent.delete(values);
  }

  /** Leaves all unused arrays to the garbage collector. */
  clear(): void {
    this.#free.clear();
    this.freeBytes = 0;
  }
}
