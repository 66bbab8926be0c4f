import { startTraceDesk, type TraceDesk, type TraceDeskOptions } from '../../src/trace-desk.js';
import { jsonRequest, request, type SpanSketch } from './otlp-request.js';

export interface RunningDesk extends TraceDesk, AsyncDisposable {
  /** Sends spans by service, in protobuf. */
  send(services: Record<string, SpanSketch[]>): Promise<void>;
  /** Sends OTLP's JSON, after setting these fields of its spans. */
  sendJson(body: ReturnType<typeof jsonRequest>, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  /** The status and the parsed JSON of an answer. */
  get(path: string): Promise<{ status: number; body: unknown }>;
}

/** A trace desk in this process, on free ports. */
export async function runningDesk(options: Partial<TraceDeskOptions> = {}): Promise<RunningDesk> {
  const limits = { maxTraces: 100, maxBytes: 10_000_000, maxBodyBytes: 1_000_000 };
  const desk = await startTraceDesk({ host: '127.0.0.1', port: 0, otlpPort: 0, ...limits, ...options });
  const post = async (type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${desk.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    });
    if (response.status !== 200) throw new Error(`the receiver answered ${response.status}: ${await response.text()}`);
  };
  return {
    ...desk,
    send: (services) => post('application/x-protobuf', new Uint8Array(request(services))),
    sendJson(body, fields = {}) {
      for (const { scopeSpans } of body.resourceSpans)
        for (const { spans } of scopeSpans) for (const span of spans) Object.assign(span, fields);
      return post('application/json', JSON.stringify(body));
    },
    async get(path) {
      const response = await fetch(`${desk.url}${path}`);
      return { status: response.status, body: await response.json() };
    },
    [Symbol.asyncDispose]: () => desk.close(),
  };
}
