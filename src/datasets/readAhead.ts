/**
 * Reads items one after the other, in order, and up to `ahead` further ones meanwhile. An error is thrown when its item's
 * turn comes.
 *
 * @param ahead 0 reads an item only when the one before it is done with.
 */
export async function* readAhead<I, T>(
  items: readonly I[],
  ahead: number,
  read: (item: I) => Promise<T>,
): AsyncGenerator<T> {
  const started: Promise<T>[] = [];
  for (let next = 0; ; ) {
    for (; next < items.length && started.length <= ahead; next++) {
      const reading = read(items[next]!);
      reading.catch(() => {}); // not unhandled: whoever gets to it has it thrown
      started.push(reading);
    }
    const first = started.shift();
    if (!first) return;
    yield await first;
  }
}
