import { createServer } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

interface OtlpRequest {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly { readonly spans?: readonly { traceId: string; spanId: string }[] }[];
  }[];
}

export interface SpanSink {
  /** Where OTLP is sent as JSON over HTTP, without `/v1/traces`. */
  readonly url: string;
  /** The spans of a trace that arrived, each as often as it did. */
  spansOf(traceId: string): readonly string[];
  stop(): Promise<void>;
}

/** A backend that only remembers which spans arrived. */
export async function startSpanSink(): Promise<SpanSink> {
  const arrived = new Map<string, string[]>();
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const spans = ((body as OtlpRequest).resourceSpans ?? [])
        .flatMap(({ scopeSpans = [] }) => scopeSpans)
        .flatMap(({ spans: some = [] }) => some);
      for (const { traceId, spanId } of spans) arrived.set(traceId, [...(arrived.get(traceId) ?? []), spanId]);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spansOf: (traceId) => arrived.get(traceId) ?? [],
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
