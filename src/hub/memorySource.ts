import type { ByteSource } from '../platform/platform.js';
import { checkRange } from './checkRange.js';

/**
 * Bytes in memory as a {@link ByteSource}, e.g. of a file that a user dropped on a page.
 *
 * @param name what error messages call the bytes.
 *
 * @example
 * ```ts
 * const file = await openSafetensors(memorySource(dropped.name, new Uint8Array(await dropped.arrayBuffer())));
 * ```
 */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(start, end) {
      checkRange(name, bytes.length, start, end);
      return new Uint8Array(bytes.subarray(start, end)); // a copy: the reader owns it
    },
    close: async () => {},
  };
}
