import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface JsonAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface JsonRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: unknown;
}

/** An HTTP server that answers JSON until the test is over. */
export async function serveJson(answer: (request: JsonRequest) => JsonAnswer): Promise<string> {
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const { method = 'GET', headers, url = '/' } = request;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const result = answer({ method, headers, url: new URL(url, 'http://test'), body });
      response.writeHead(result.status ?? 200, { 'content-type': 'application/json', ...result.headers });
      response.end(JSON.stringify(result.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
