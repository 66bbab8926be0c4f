import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A backend that keeps every byte it is sent and understands none. */
export interface TelemetrySink {
  readonly url: string;
  /** All that came to a path such as `/v1/traces`, or to any. */
  received(path?: string): Buffer;
  readonly paths: ReadonlySet<string>;
  stop(): Promise<void>;
}

export async function startTelemetrySink(): Promise<TelemetrySink> {
  const requests: { path: string; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      requests.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: (path) => Buffer.concat(requests.flatMap((each) => (!path || each.path === path ? [each.body] : []))),
    get paths() {
      return new Set(requests.map(({ path }) => path));
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Headers too: an exporter may send something in them. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks = await request.toArray();
  const body = Buffer.concat(chunks as Buffer[]);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  return Buffer.concat([Buffer.from(request.rawHeaders.join('\n')), isZipped ? gunzipSync(body) : body]);
}
