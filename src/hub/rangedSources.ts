import type { ByteSource, FileSystem } from '../platform/platform.js';
import { checkRange } from './checkRange.js';

/**
 * Keeps every range that is read as a file `START-END` in `directory`, which must stand for one state of the file: name
 * it after a hash of the content. The same range is read from there the next time, also by another process.
 */
export function cacheRanges(source: ByteSource, files: FileSystem, directory: string): ByteSource {
  return {
    ...source,
    async read(start, end) {
      checkRange(source.name, source.size, start, end);
      const path = files.join(directory, `${start}-${end}`);
      if ((await files.stat(path))?.size === end - start) return files.readFile(path);
      const bytes = await source.read(start, end);
      await files.writeFile(path, [bytes]);
      return bytes;
    },
  };
}

/**
 * Reads at least `blockBytes` at a time and serves what follows from memory: for a page, which has no disk to put a whole
 * checkpoint on and would else send one request for each of its hundreds of tensors.
 */
export function readAhead(source: ByteSource, blockBytes: number): ByteSource {
  let block: { start: number; end: number; bytes: Promise<Uint8Array<ArrayBuffer>> } | undefined;
  return {
    ...source,
    async read(start, end) {
      checkRange(source.name, source.size, start, end);
      if (!block || start < block.start || end > block.end) {
        const blockEnd = Math.min(source.size, Math.max(end, start + blockBytes));
        block = { start, end: blockEnd, bytes: source.read(start, blockEnd) };
      }
      const current = block;
      try {
        return (await current.bytes).slice(start - current.start, end - current.start);
      } catch (error) {
        if (block === current) block = undefined; // the next read asks again
        throw error;
      }
    },
    async close() {
      block = undefined;
      await source.close();
    },
  };
}
