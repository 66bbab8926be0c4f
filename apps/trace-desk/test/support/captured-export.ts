import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** The body that OpenTelemetry's own exporter sends for the spans that `record` makes. */
export async function capturedExport(
  record: (tracer: Tracer) => void,
  resource: Record<string, string | number> = { 'service.name': 'epro-gateway' },
): Promise<Buffer> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      bodies.push(body);
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  record(provider.getTracer('checkout', '1.2.3'));
  await provider.shutdown();
  server.closeAllConnections();
  server.close();
  const [body, ...more] = bodies;
  if (!body || more.length > 0) throw new Error(`the exporter sent ${bodies.length} requests instead of one`);
  return body;
}
