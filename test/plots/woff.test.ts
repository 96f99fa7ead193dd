import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { unwrapWoff } from '../../src/plots/woff.js';

it('unwraps a font to tables with the checksums that they name', async () => {
  const path = createRequire(import.meta.url).resolve(
    '@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff',
  );
  const font = await unwrapWoff(new Uint8Array(readFileSync(path)));
  const view = new DataView(font.buffer);
  const tables = Array.from({ length: view.getUint16(4) }, (_, i) => {
    const at = 12 + 16 * i;
    const tag = String.fromCharCode(...font.subarray(at, at + 4));
    return { tag, checksum: view.getUint32(at + 4), offset: view.getUint32(at + 8), length: view.getUint32(at + 12) };
  });
  expect(tables.map(({ tag }) => tag)).toEqual(
    expect.arrayContaining(['cmap', 'glyf', 'head', 'hmtx', 'loca', 'name']),
  );
  for (const { tag, checksum, offset, length } of tables.filter(({ tag }) => tag !== 'head')) {
    let sum = 0;
    for (let at = offset; at < offset + Math.ceil(length / 4) * 4; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
    expect(`${tag} ${sum}`).toBe(`${tag} ${checksum}`);
  }
  await expect(unwrapWoff(font)).rejects.toThrow("its first bytes are not 'wOFF'");
});
