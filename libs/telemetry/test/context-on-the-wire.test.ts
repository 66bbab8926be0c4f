import { readFileSync } from 'node:fs';
import type { Metadata } from '@grpc/grpc-js';
import { Client, credentials, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { context, defaultTextMapSetter } from '@opentelemetry/api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grpcClientInterceptors, grpcServerInterceptors } from '../src/grpc/interceptors.js';
import { captureContext, registerHttpTelemetry, setBusinessContext } from '../src/index.js';
import { createPropagator } from '../src/propagation/create-propagator.js';
import { startTestTelemetry } from '../src/testing/index.js';

startTestTelemetry();

const PAGE = readFileSync(new URL('../../../docs/context-propagation.md', import.meta.url), 'utf8');
/** What the page shows of each hop, by the name in the comment above it. */
const SHOWN = new Map(
  [...PAGE.matchAll(/<!-- on the wire: (.+) -->\n+```\w+\n([^]*?)\n```/g)].map(([, name, text]) => [name!, text!]),
);
const REQUEST = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  tracestate: 'vendor=anything',
  baggage: 'tenant.id=borealis,mood=low',
  'x-biz-id': 'visit-3',
};
const OURS = /^(traceparent|tracestate|baggage|b3|x-b3-.*|x-trace-id|x-request-id|traceresponse)$/;

/** On the wire, by hop. */
const seen = new Map<string, string>();
const linesOf = (headers: object) =>
  Object.entries(headers)
    .filter(([name]) => OURS.test(name))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');

let app: FastifyInstance;
let server: Server;
let client: Client;

beforeAll(async () => {
  const text = {
    path: '/epro.storage.v1.StorageService/SaveSubmission',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: string) => Buffer.from(value),
    requestDeserialize: String,
    responseSerialize: (value: string) => Buffer.from(value),
    responseDeserialize: String,
  };
  server = new Server({ interceptors: grpcServerInterceptors() });
  server.addService(
    { save: text as never },
    {
      save: (call: ServerUnaryCall<string, string>, answer: (error: null, value: string) => void) => {
        seen.set('grpc out', linesOf(call.metadata.getMap()));
        setBusinessContext({ submissionId: '0198c0de-0000-7000-8000-000000000000' });
        answer(null, '');
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const address = `127.0.0.1:${port}`;
  client = new Client(address, credentials.createInsecure(), { interceptors: grpcClientInterceptors(address) });
  app = fastify();
  registerHttpTelemetry(app);
  app.post('/api/v1/submissions', async () => {
    setBusinessContext({ tenantId: 'aurora', patientId: 'AUR-0001', userRole: 'participant' });
    seen.set('carrier', JSON.stringify(captureContext(), null, 2));
    for (const format of ['b3', 'b3multi'] as const) {
      const carrier = {};
      createPropagator([format]).inject(context.active(), carrier, defaultTextMapSetter);
      seen.set(format, linesOf(carrier));
    }
    const trailers = await new Promise<Metadata>((resolve, reject) => {
      client
        .makeUnaryRequest(text.path, text.requestSerialize, text.responseDeserialize, 'x', (error) => {
          if (error) reject(error);
        })
        .on('status', ({ metadata }) => resolve(metadata));
    });
    seen.set('grpc back', linesOf(trailers.getMap()));
    return {};
  });
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  const { headers } = await fetch(`${base}/api/v1/submissions`, { method: 'POST', headers: REQUEST });
  seen.set(
    'http in',
    Object.entries(REQUEST)
      .map((header) => header.join(': '))
      .join('\n'),
  );
  seen.set('http back', linesOf(Object.fromEntries(headers)));
});
afterAll(async () => {
  client.close();
  server.forceShutdown();
  await app.close();
});

/** Span ids are other ones each time; trace ids are the caller's. */
const comparable = (text: string) => text.replaceAll(/(?<=[-:" ])[0-9a-f]{16}(?=[-\n"]|$)/g, 'a span id');

it.each(['http in', 'http back', 'grpc out', 'grpc back', 'carrier', 'b3', 'b3multi'])(
  'docs/context-propagation.md shows %s as it is',
  (hop) => {
    expect(comparable(SHOWN.get(hop) ?? 'nothing')).toBe(comparable(seen.get(hop) ?? 'nothing either'));
  },
);
