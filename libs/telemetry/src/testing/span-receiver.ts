import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { readOtlpTraces } from '@epro/jaeger-client';
import type { TraceSpan } from '@epro/trace-contract';
import type { TraceSource } from './expect-trace.js';
import { decodeOtlpTraces } from './otlp-protobuf.js';

/** How a receiver answers: as it should, late, with an error, or never. */
export type ReceiverBehaviour =
  'accept' | 'hang' | { readonly delayMs: number } | { readonly status: number; readonly retryAfterSeconds?: number };

/** A trace backend within this process. */
export interface SpanReceiver extends TraceSource {
  /** Without `/v1/traces`. */
  readonly url: string;
  /** Settings with which a process sends its spans here. */
  readonly env: Readonly<Record<string, string>>;
  /** How many times somebody tried to send spans, whatever became of it. */
  readonly attempts: number;
  /** How requests are answered from now on; those that hang are let go when it changes. */
  behave(behaviour: ReceiverBehaviour): void;
  reset(): void;
  /** Ends it like a process that is killed: whoever is connected sees the connection break. */
  stop(): Promise<void>;
  /** Listens again on its port. */
  restart(): Promise<void>;
}

/**
 * Starts a receiver of OTLP over HTTP, for tests with processes of their own; `expectTrace` takes it.
 */
export async function startSpanReceiver(): Promise<SpanReceiver> {
  const receiver = new OtlpReceiver();
  await receiver.listen();
  return receiver;
}

const JSON_TYPE = 'application/json';
const READERS: ReadonlyMap<string, (body: Buffer) => unknown> = new Map([
  [JSON_TYPE, (body) => JSON.parse(body.toString()) as unknown],
  ['application/x-protobuf', decodeOtlpTraces],
]);

class OtlpReceiver implements SpanReceiver {
  attempts = 0;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  #spans: TraceSpan[] = [];
  #behaviour: ReceiverBehaviour = 'accept';
  #changed = Promise.withResolvers<void>();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get env(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url };
  }

  traceSpans(): readonly TraceSpan[] {
    return this.#spans;
  }

  behave(behaviour: ReceiverBehaviour): void {
    this.#behaviour = behaviour;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  reset(): void {
    this.#spans = [];
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  restart(): Promise<void> {
    return this.listen();
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.attempts += 1;
    try {
      const body = await buffer(request);
      while (this.#behaviour === 'hang') await this.#changed.promise;
      const behaviour = this.#behaviour;
      if (typeof behaviour === 'object' && 'status' in behaviour) return refuse(response, behaviour);
      if (typeof behaviour === 'object') await sleep(behaviour.delayMs);
      const type = request.headers['content-type'] ?? '';
      const read = READERS.get(type);
      if (!read) return refuse(response, { status: 415 });
      this.#spans.push(
        ...readOtlpTraces(read(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)),
      );
      response.setHeader('content-type', type).end(type === JSON_TYPE ? '{}' : undefined);
    } catch {
      // Nothing that OTLP allows, or a sender that is gone.
      if (!response.headersSent) refuse(response, { status: 400 });
    }
  }
}

function refuse(
  response: ServerResponse,
  { status, retryAfterSeconds }: Extract<ReceiverBehaviour, { status: number }>,
) {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  response.writeHead(status).end();
}
