import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  readOtlpProtobuf,
  startGrpcTraceReceiver,
  startHttpTraceReceiver,
  type ReceivedExport,
  type TraceReceiver,
} from '../../test/support/trace-receivers.js';
import { createSpanExporter } from './span-exporter.js';
import { readTelemetryConfig } from './telemetry-config.js';

const NAMES = ['POST /api/v1/submissions', 'epro.storage.v1.StorageService/SaveSubmission'];

/** Spans as a service would have them. */
const spans = () => {
  const exporter = new InMemorySpanExporter();
  const resource = resourceFromAttributes({ 'service.name': 'epro-test' });
  const tracer = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer(
    't',
  );
  for (const name of NAMES) tracer.startSpan(name, { kind: SpanKind.SERVER }).end();
  return exporter.getFinishedSpans();
};

const running: { stop?: () => Promise<void>; shutdown?: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await (each.stop ?? each.shutdown)?.call(each);
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function receiver(starting: Promise<TraceReceiver>): Promise<TraceReceiver> {
  const started = await starting;
  running.push(started);
  return started;
}

/** The exporter that these settings ask for. The OTLP exporters read their own from the process's environment. */
async function exporterFor(env: Record<string, string>): Promise<SpanExporter | undefined> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const exporter = await createSpanExporter(readTelemetryConfig(env).traces);
  if (exporter) running.push(exporter);
  return exporter;
}

async function send(env: Record<string, string>): Promise<ExportResult> {
  const exporter = await exporterFor(env);
  return new Promise((resolve) => exporter!.export(spans(), resolve));
}

const SUCCESS = { code: ExportResultCode.SUCCESS };

describe('createSpanExporter', () => {
  const overHttp = (protocol: string, read: (body: Buffer) => unknown) => ({
    protocol,
    start: () => startHttpTraceReceiver(),
    read,
  });
  it.each([
    overHttp('http/protobuf', readOtlpProtobuf),
    overHttp('http/json', (body) => {
      const { resourceSpans } = JSON.parse(body.toString()) as OtlpJson;
      const attributes = resourceSpans.flatMap(({ resource }) => resource.attributes);
      return {
        names: resourceSpans
          .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
          .map(({ name }) => name),
        resource: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
      };
    }),
    { protocol: 'grpc', start: () => startGrpcTraceReceiver(), read: readOtlpProtobuf },
  ])('sends by OTLP over $protocol, with the standard headers and compression', async ({ protocol, start, read }) => {
    const { url, received } = await receiver(start());
    const result = await send({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=open%20sesame, x-tenant=aurora',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    expect(result).toMatchObject(SUCCESS);
    const [{ body, headers, path }] = received as [ReceivedExport];
    expect(read(body)).toEqual({ names: NAMES, resource: { 'service.name': 'epro-test' } });
    expect(headers).toMatchObject({ 'x-api-key': 'open sesame', 'x-tenant': 'aurora' });
    if (protocol !== 'grpc') {
      expect(path).toBe('/v1/traces');
      expect(headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      });
    }
  });

  it("takes a signal's own settings before those of all signals", async () => {
    const { url, received } = await receiver(startHttpTraceReceiver());
    await send({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_HEADERS: 'x=all',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/here`,
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=traces',
    });
    expect(received).toMatchObject([{ path: '/here', headers: { x: 'traces', 'content-type': 'application/json' } }]);
  });

  const hangingHttp = () => startHttpTraceReceiver(() => 'hang');
  it.each([
    ['http/protobuf', hangingHttp],
    ['http/json', hangingHttp],
    ['grpc', () => startGrpcTraceReceiver(undefined, false)],
  ])('waits no longer than OTEL_EXPORTER_OTLP_TIMEOUT over %s', async (protocol, start) => {
    const { url, received } = await receiver(start());
    const result = await send({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    });
    expect(result.code).toBe(ExportResultCode.FAILED);
    expect(received).not.toEqual([]);
  });

  it('sends to Zipkin', async () => {
    const { url, received } = await receiver(startHttpTraceReceiver(() => 202));
    const result = await send({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/api/v2/spans` });
    expect(result).toEqual(SUCCESS);
    expect(received).toMatchObject([{ path: '/api/v2/spans', headers: { 'content-type': 'application/json' } }]);
    expect(JSON.parse(received[0]!.body.toString())).toMatchObject(
      NAMES.map((name) => ({ name, kind: 'SERVER', localEndpoint: { serviceName: 'epro-test' } })),
    );
  });

  it('prints to the console', async () => {
    const printed = vi.spyOn(console, 'dir').mockImplementation(() => {});
    expect(await send({ OTEL_TRACES_EXPORTER: 'console' })).toMatchObject(SUCCESS);
    expect(printed.mock.calls.map(([span]) => span as unknown)).toMatchObject(NAMES.map((name) => ({ name })));
  });

  it('sends nowhere', async () => {
    expect(await exporterFor({ OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  });

  it('sends to several, and says so where one of them does not take them', async () => {
    let status = 200;
    const [first, second] = [
      await receiver(startHttpTraceReceiver()),
      await receiver(startHttpTraceReceiver(() => status)),
    ];
    const env = {
      OTEL_TRACES_EXPORTER: 'otlp, zipkin',
      OTEL_EXPORTER_OTLP_ENDPOINT: first.url,
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: second.url,
    };
    expect(await send(env)).toMatchObject(SUCCESS);
    status = 500;
    expect(await send(env)).toMatchObject({ code: ExportResultCode.FAILED, error: { message: 'Zipkin answered 500' } });
    expect([first.received.length, second.received.length]).toEqual([2, 2]);
  });

  it('lets nothing out that is not on the allow-list', async () => {
    const { url, received } = await receiver(startHttpTraceReceiver());
    const memory = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] });
    const span = provider.getTracer('t').startSpan('POST /x', { attributes: { secret: 'marker' } });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'marker' }).end();
    const exporter = await exporterFor({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: url });
    await new Promise((resolve) => exporter!.export(memory.getFinishedSpans(), resolve));
    expect(received[0]!.body.toString()).toContain('POST /x');
    expect(received[0]!.body.toString()).not.toContain('marker');
  });
});

interface OtlpJson {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { name: string }[] }[];
  }[];
}
