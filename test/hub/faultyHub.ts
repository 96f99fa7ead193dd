/** A Hub on loopback that answers wrongly, as often as it is told and in ways that a seed chooses. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Random } from '../../src/random.js';
import { type Answer, answerAsHub, makeCommit, type StoredRepo } from '../support/fakeHubAnswers.js';

export interface FaultyHub {
  readonly url: string;
  /** How often the content of a file was asked for. */
  downloads: number;
  /** Sends files in pieces of 16 kB with so many milliseconds between them; 0 at once. */
  pace: number;
  /** Spoils such a part of the answers with content from now on, and a quarter of it of the others; a rate of 0 heals it. */
  spoil(rate: number, random: Random, contentFaults?: readonly Fault[]): void;
  close(): Promise<void>;
}

/**
 * `'cut'`, `'stall'` and `'short'` send a part, then break the connection, nothing, or say that this was all; `'long'` sends twice as
 * much; `'wrong range'` says that it is another; `'ignored range'` sends the whole file; `'changed'` has another ETag and other bytes;
 * `'garbled'` has one wrong bit; `'refused'` is a status of {@link STATUSES}; `'offline'` no answer; `'not JSON'` a page.
 */
type Fault = (typeof FAULTS)[number];
const FAULTS = [
  ...(['cut', 'stall', 'short', 'long', 'wrong range', 'ignored range', 'changed', 'garbled'] as const),
  ...(['refused', 'offline', 'not JSON'] as const),
];
const CONTENT_FAULTS = FAULTS.filter((fault) => fault !== 'not JSON');
/** Of ranges, which have no hash: not those that cannot be told from the right bytes. */
export const RANGE_FAULTS = CONTENT_FAULTS.filter((fault) => fault !== 'changed' && fault !== 'garbled');
const ANSWER_FAULTS: readonly Fault[] = ['refused', 'offline', 'cut', 'stall', 'not JSON'];
const STATUSES = [408, 429, 500, 502, 503, 504];
const PIECE = 16_384;

/** @param repos files of `owner/name` (models) and `datasets/owner/name` */
export async function startFaultyHub(repos: Record<string, Record<string, Uint8Array>>): Promise<FaultyHub> {
  const stored = new Map<string, StoredRepo>();
  for (const [name, files] of Object.entries(repos)) {
    const [id, commit] = makeCommit(files);
    stored.set(name, { refs: new Map([['main', id]]), commits: new Map([[id, commit]]) });
  }
  let rate = 0;
  let random: Random;
  let contentFaults: readonly Fault[] = CONTENT_FAULTS;
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const url = new URL(request.url!, `http://${request.headers.host}`);
    const answer = answerAsHub(stored, url, request.headers.authorization, body, 1000);
    if (answer.isFile) hub.downloads++;
    const isSpoilt = rate > 0 && random.uniform() < (answer.isFile ? rate : rate / 4);
    const fault = isSpoilt ? pick(answer.isFile ? contentFaults : ANSWER_FAULTS) : undefined;
    await send(answer, request.headers.range, fault, response).catch(() => response.destroy());
  });

  async function send(answer: Answer, range: string | undefined, fault: Fault | undefined, response: ServerResponse) {
    if (fault === 'offline') return void response.destroy();
    if (fault === 'not JSON') return void response.end('<html>Sign in to this network</html>');
    if (fault === 'refused')
      return void response.writeHead(pick(STATUSES), random.uniform() < 0.5 ? { 'Retry-After': '0' } : {}).end();

    const asked = fault === 'ignored range' || !answer.isFile ? null : /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    const size = answer.body.length;
    const [start, end] = asked ? [Number(asked[1]), Number(asked[2]) + 1] : [0, size];
    let content = answer.body.subarray(start, end);
    if (fault === 'changed') content = Buffer.from(content.map((byte) => 255 - byte));
    if (fault === 'garbled') {
      content = Buffer.from(content);
      if (content.length > 0) content[random.integer(content.length)]! ^= 1;
    }
    const sent =
      fault === 'cut' || fault === 'stall' || fault === 'short'
        ? Math.floor(random.uniform() * content.length)
        : content.length;
    const shift = fault === 'wrong range' ? 1 + random.integer(100) : 0;
    const body = fault === 'long' ? Buffer.concat([content, content]) : content.subarray(0, sent);
    response.writeHead(asked ? 206 : answer.status, {
      ...answer.headers,
      ...(fault === 'changed' && { ETag: '"changed"' }),
      ...(asked && { 'Content-Range': `bytes ${start + shift}-${end - 1 + shift}/${size}` }),
      'Content-Length': fault === 'short' || fault === 'long' ? body.length : content.length,
    });
    if (hub.pace > 0 && answer.isFile)
      for (let at = 0; at < body.length; at += PIECE) {
        response.write(body.subarray(at, at + PIECE));
        await new Promise((resolve) => setTimeout(resolve, hub.pace));
      }
    else response.write(body);
    if (fault === 'cut') setTimeout(() => response.destroy(), 2);
    else if (fault !== 'stall') response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: FaultyHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    downloads: 0,
    pace: 0,
    spoil(newRate, newRandom, newFaults = CONTENT_FAULTS) {
      rate = newRate;
      random = newRandom;
      contentFaults = newFaults;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return hub;
}
