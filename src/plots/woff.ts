/**
 * A font out of its WOFF 1.0 wrapping (W3C Recommendation, 2012): the same tables, each compressed by zlib. Fonts come on npm as
 * WOFF, and resvg reads what is inside.
 */
export async function unwrapWoff(woff: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const source = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  if (source.getUint32(0) !== 0x774f4646)
    throw new Error("The font is not a WOFF file: its first bytes are not 'wOFF'.");
  const tables = source.getUint16(12);
  const font = new Uint8Array(source.getUint32(16));
  const target = new DataView(font.buffer);
  const log = Math.floor(Math.log2(tables));
  target.setUint32(0, source.getUint32(4)); // flavor
  target.setUint16(4, tables);
  target.setUint16(6, 16 * 2 ** log); // searchRange
  target.setUint16(8, log); // entrySelector
  target.setUint16(10, 16 * (tables - 2 ** log)); // rangeShift
  let offset = 12 + 16 * tables;
  for (let i = 0; i < tables; i++) {
    const [tag, from, compressed, length, checksum] = [0, 4, 8, 12, 16].map((at) => source.getUint32(44 + 20 * i + at));
    const bytes = woff.subarray(from!, from! + compressed!);
    font.set(compressed! < length! ? await inflate(bytes) : bytes, offset);
    for (const [at, value] of [tag!, checksum!, offset, length!].entries())
      target.setUint32(12 + 16 * i + 4 * at, value);
    offset += Math.ceil(length! / 4) * 4;
  }
  return font;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
