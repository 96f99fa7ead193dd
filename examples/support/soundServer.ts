import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SoundModel } from './soundModel.js';

const MAX_BYTES = 50 * 2 ** 20;

/**
 * Answers on the loopback address only: `POST /classify` with the bytes of a sound file gives its labels,
 * `GET /health` says that the server is there.
 *
 * @param port 0 takes a free one
 */
export async function openServer(model: SoundModel, port: number): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const [status, body] = await respond(request, model).catch((error: Error): [number, unknown] => [
      500,
      { error: error.message },
    ]);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function respond(request: IncomingMessage, model: SoundModel): Promise<[status: number, body: unknown]> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health') return [200, { status: 'ok' }];
  if (route !== 'POST /classify') return [404, { error: `Expected POST /classify or GET /health, got ${route}.` }];
  const sound = await readBody(request);
  if (!sound) return [413, { error: `Expected a sound of at most ${MAX_BYTES} bytes.` }];
  const answer = await model.classify(sound);
  return 'labels' in answer ? [200, answer.labels] : [422, { error: answer.unreadable }];
}

/** The bytes that a client sends, or `undefined` when they are too many. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BYTES) chunks.push(chunk); // the rest is read and dropped, so that the answer arrives
  }
  return length <= MAX_BYTES ? Buffer.concat(chunks) : undefined;
}
