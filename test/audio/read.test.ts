import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '../../src/audio/read.js';
import { AudioDecodeError, AudioInputError } from '../../src/errors.js';
import { sineWav } from '../support/encodeWav.js';

let directory: string;
let server: Server;
let origin: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
  await writeFile(join(directory, 'a dog.wav'), sineWav(440));
  server = createServer((request, response) => {
    if (request.url === '/dog.wav') response.end(sineWav(440));
    else response.writeHead(request.url === '/page' ? 200 : 404).end('<html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

describe('readAudio', () => {
  it('reads paths, file URLs, http URLs, data URLs, Blobs and bytes', async () => {
    const bytes = new Uint8Array(sineWav(440));
    const path = join(directory, 'a dog.wav');
    const sources = [
      path,
      pathToFileURL(path),
      String(pathToFileURL(path)),
      `${origin}/dog.wav`,
      new URL(`${origin}/dog.wav`),
      `data:audio/wav;base64,${Buffer.from(bytes).toString('base64')}`,
      new Blob([bytes]),
      bytes,
      bytes.buffer,
    ];
    for (const source of sources) {
      const { samples, sampleRate } = await readAudio(source);
      expect([samples.length, sampleRate]).toEqual([1600, 16000]);
    }
  });

  it('resamples to sampleRate', async () => {
    expect((await readAudio(`${origin}/dog.wav`, { sampleRate: 8000 })).samples.length).toBe(800);
  });

  it('says that there is no such file, and names it', async () => {
    const error = await readAudio('no/such.wav').catch((e) => e);
    expect(error).toBeInstanceOf(AudioDecodeError);
    expect(error).toMatchObject({ file: 'no/such.wav', message: 'Cannot read no/such.wav: there is no such file.' });
  });

  it('says that a path is a directory', async () => {
    await expect(readAudio(directory)).rejects.toThrow('it is a directory, expected a sound file');
  });

  it('says what the server answered', async () => {
    const url = `${origin}/cat.wav`;
    await expect(readAudio(url)).rejects.toMatchObject({
      name: 'AudioDecodeError',
      file: url,
      message: `Cannot read ${url}: the server answered 404 Not Found.`,
    });
  });

  it('says that the request failed, and keeps the cause', async () => {
    const error = await readAudio('http://127.0.0.1:1/dog.wav').catch((e) => e);
    expect(error).toBeInstanceOf(AudioDecodeError);
    expect(error.message).toMatch(
      /^Cannot read http:\/\/127\.0\.0\.1:1\/dog\.wav: the request failed \(.+\); check the address/,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('names the URL or file whose bytes are no sound', async () => {
    await expect(readAudio(`${origin}/page`)).rejects.toThrow(`Cannot decode ${origin}/page: `);
    await expect(readAudio(new File(['letter'], 'letter.wav'))).rejects.toThrow('Cannot decode letter.wav: ');
  });

  it('refuses other sources and bad rates', async () => {
    await expect(readAudio(42 as unknown as string)).rejects.toThrow(AudioInputError);
    await expect(readAudio('dog.wav', { sampleRate: -1 })).rejects.toThrow(AudioInputError);
  });
});
