/** Fresh arrays from this size on are weighed against the memory that is left; asking costs 20 µs. */
const LARGE_BYTES = 2 ** 20;

/**
 * Freed arrays by length, to be used again: a fresh large array costs a page fault for every 4 kB at its first touch.
 * Only arrays that the pool lent come back to it, so it never hands out one that somebody else still reads.
 */
export class BufferPool {
  /** Bytes that lie here unused. */
  freeBytes = 0;
  /** By length, the one that came back last at the end. No list is empty. */
  readonly #free = new Map<number, Float32Array[]>();
  readonly #lent = new WeakSet<object>();

  /**
   * @param capBytes the most that is kept for later; beyond it, lengths that did not come back for the longest time go first
   * @param availableBytes the memory that the process may still take; the pool is emptied when a fresh array needs more
   */
  constructor(
    readonly capBytes: number,
    readonly availableBytes: () => number,
  ) {}

  /** An array of this length with arbitrary values. Throws a RangeError when there is no memory for it. */
  take(length: number): Float32Array {
    const values = this.#takeFree(length) ?? this.#allocate(length);
    this.#lent.add(values);
    return values;
  }

  /** Takes an array back, if it was lent. */
  give(values: object | undefined): void {
    if (!values || !this.#lent.delete(values)) return;
    const array = values as Float32Array;
    if (array.byteLength > this.capBytes) return;
    const sameLength = this.#free.get(array.length) ?? [];
    sameLength.push(array);
    this.#free.delete(array.length);
    this.#free.set(array.length, sameLength);
    this.freeBytes += array.byteLength;
    this.#shrink();
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

  #shrink(): void {
    for (const length of this.#free.keys())
      while (this.#free.has(length)) {
        if (this.freeBytes <= this.capBytes) return;
        this.#takeFree(length);
      }
  }

  #takeFree(length: number): Float32Array | undefined {
    const sameLength = this.#free.get(length);
    const values = sameLength?.pop();
    if (sameLength?.length === 0) this.#free.delete(length);
    this.freeBytes -= values?.byteLength ?? 0;
    return values;
  }

  #allocate(length: number): Float32Array {
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    // Where memory is short the system ends the process rather than refuse an array.
    if (this.freeBytes > 0 && bytes >= LARGE_BYTES && this.availableBytes() < bytes) this.clear();
    try {
      return new Float32Array(length);
    } catch {
      this.clear();
      return new Float32Array(length);
    }
  }
}
