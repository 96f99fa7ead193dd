import { describe, expect, it } from 'vitest';
import { type OggDamage, pageChecksum, wholePages } from '../../src/audio/ogg.js';

/** A page of one packet. */
function page(content: string, { isLast = false } = {}): Uint8Array {
  const bytes = new Uint8Array(28 + content.length);
  bytes.set(new TextEncoder().encode('OggS'));
  bytes[5] = isLast ? 4 : 0;
  bytes[26] = 1;
  bytes[27] = content.length;
  bytes.set(new TextEncoder().encode(content), 28);
  new DataView(bytes.buffer).setUint32(22, pageChecksum(bytes), true);
  return bytes;
}

async function read(file: Uint8Array, pieceBytes = file.length) {
  const damage: OggDamage = { first: undefined };
  async function* pieces() {
    for (let at = 0; at < file.length; at += pieceBytes) yield file.subarray(at, at + pieceBytes);
  }
  let pages = '';
  for await (const bytes of wholePages(pieces(), damage)) pages += Buffer.from(bytes).toString('latin1');
  return { contents: pages.split(/OggS.{24}/s).slice(1), damage: damage.first };
}

const join = (...pages: Uint8Array[]) => Uint8Array.from(pages.flatMap((bytes) => [...bytes]));
const file = join(page('one'), page('two'), page('three', { isLast: true }));

describe('pageChecksum', () => {
  it('is the CRC of 32 bits with polynomial 04c11db7, nothing inverted', () => {
    // The catalogue's check value of CRC-32/CKSUM is 765e7680, inverted at the end.
    expect(pageChecksum(new TextEncoder().encode('123456789'))).toBe(~0x765e7680 >>> 0);
  });
});

describe('wholePages', () => {
  it.each([1, 5, 28, 1000])('gives every page as it is, in pieces of %i bytes', async (pieceBytes) => {
    expect(await read(file, pieceBytes)).toEqual({ contents: ['one', 'two', 'three'], damage: undefined });
  });

  it.each([1, 1000])('leaves out a damaged page and says where it is, in pieces of %i bytes', async (pieceBytes) => {
    const damaged = file.slice();
    damaged[31 + 28]! ^= 1;
    expect(await read(damaged, pieceBytes)).toEqual({
      contents: ['one', 'three'],
      damage: 'the page at byte 31 is damaged: its checksum is wrong',
    });
  });

  it('finds the next page behind bytes that belong to none', async () => {
    const { contents, damage } = await read(join(page('one'), new TextEncoder().encode('OOgg noise'), file));
    expect(contents).toEqual(['one', 'one', 'two', 'three']);
    expect(damage).toBe('the page at byte 31 is damaged: no page begins there');
  });

  it('finds pages behind one that promises more than there is', async () => {
    const damaged = file.slice();
    damaged[27] = 255;
    expect((await read(damaged)).contents).toEqual(['two', 'three']);
  });

  it('says that the file ends within a page, or without a last one', async () => {
    expect((await read(file.subarray(0, 70))).damage).toBe(
      'the page at byte 62 is damaged: the file ends before it does',
    );
    expect((await read(file.subarray(0, 62))).damage).toBe('no page ends the sound: the file is cut short at byte 62');
  });
});
