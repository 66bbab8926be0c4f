import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubJaeger extends AsyncDisposable {
  readonly url: string;
  /** Paths with query strings, in the order in which they were asked for. */
  readonly requests: URL[];
}

/** An HTTP server that answers in the way of some version of Jaeger. */
export async function stubJaeger(
  answer: (url: URL, response: ServerResponse, request: IncomingMessage) => void,
): Promise<StubJaeger> {
  const requests: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://stub');
    requests.push(url);
    answer(url, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

export const NOT_FOUND = { error: { httpCode: 404, message: 'No traces found' } };
