import { describe, expect, it } from 'vitest';
import { containerOf, describeStart, id3Length } from '../../src/audio/containers.js';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)));

describe('containerOf', () => {
  it.each([
    ['WAV', bytes('RIFF----WAVE')],
    ['WAV', bytes('RF64----WAVE')],
    ['AIFF', bytes('FORM----AIFC')],
    ['FLAC', bytes('fLaC')],
    ['Ogg', bytes('OggS')],
    ['MP4', bytes([0, 0, 0, 32], 'ftypM4A ')],
    ['WebM', bytes([0x1a, 0x45, 0xdf, 0xa3])],
    ['CAF', bytes('caff')],
    ['MP3', bytes([0xff, 0xfb, 0x90, 0])], // MPEG 1, layer 3
    ['MP3', bytes([0xff, 0xe3, 0x90, 0])], // MPEG 2.5, layer 3
    ['AAC', bytes([0xff, 0xf1, 0x50, 0x80])], // ADTS
  ] as const)('tells %s by its first bytes', (container, head) => {
    expect(containerOf(head)).toBe(container);
  });

  it.each([
    ['another kind of RIFF', bytes('RIFF----AVI ')],
    ['a reserved MPEG version', bytes([0xff, 0xeb, 0x90, 0])],
    ['text', bytes('This is a letter.')],
    ['nothing', bytes()],
  ])('does not know %s', (_, head) => {
    expect(containerOf(head)).toBeUndefined();
  });
});

describe('id3Length', () => {
  it('counts 7 bits a byte, the header and a footer', () => {
    expect(id3Length(bytes('ID3', [4, 0, 0, 0, 0, 1, 2]))).toBe(10 + 130);
    expect(id3Length(bytes('ID3', [4, 0, 0x10, 0, 0, 1, 2]))).toBe(10 + 130 + 10);
    expect(id3Length(bytes('RIFF----WAVE'))).toBe(0);
  });
});

describe('describeStart', () => {
  it('shows bytes as numbers and as text', () => {
    expect(describeStart(bytes('Thi', [0]))).toBe('bytes 54 68 69 00 ("Thi.")');
    expect(describeStart(bytes())).toBe('no bytes');
  });
});
