import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What a path of the page stands for: one text, or, where it is the beginning of a path, the files of a directory. */
export type Routes = Readonly<Record<string, { text: string; type: string } | { directory: string }>>;

/**
 * Serves a page on a free port of this machine, isolated from other origins, so that WebAssembly may use threads.
 */
export async function servePage(routes: Routes): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://page').pathname));
    const found = Object.entries(routes).find(([prefix, route]) =>
      'text' in route ? path === prefix : path.startsWith(prefix),
    );
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
    if (!found) return response.writeHead(404, headers).end();
    const [prefix, route] = found;
    if ('text' in route) return response.writeHead(200, { ...headers, 'Content-Type': route.type }).end(route.text);
    const file = join(route.directory, path.slice(prefix.length));
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return response.writeHead(404, headers).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    sendFile(file, size, request.headers.range, (status, more) =>
      response.writeHead(status, { ...headers, 'Content-Type': type, 'Accept-Ranges': 'bytes', ...more }),
    ).pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address() as { port: number };
  return { origin: `http://127.0.0.1:${address.port}`, server };
}

/** The whole file, or the one range that was asked for, as weights are read. */
function sendFile(
  file: string,
  size: number,
  range: string | undefined,
  begin: (status: number, headers: Record<string, string | number>) => void,
): ReturnType<typeof createReadStream> {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) {
    begin(200, { 'Content-Length': size });
    return createReadStream(file);
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  begin(206, { 'Content-Length': end - start + 1, 'Content-Range': `bytes ${start}-${end}/${size}` });
  return createReadStream(file, { start, end });
}
