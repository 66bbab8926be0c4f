import { expect, it } from 'vitest';
import { backendName } from './backend-name.js';

const zipkin = { endpoint: 'http://zipkin:9411/api/v2/spans', timeoutMillis: 1 };

it.each<[Parameters<typeof backendName>[0]['exporters'], 'http/json' | 'grpc', Record<string, string>, string]>([
  [['otlp'], 'http/json', {}, 'otlp at http://localhost:4318'],
  [['otlp'], 'grpc', {}, 'otlp at http://localhost:4317'],
  [['otlp'], 'grpc', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'otlp at collector:4317'],
  [
    ['otlp', 'console'],
    'http/json',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://user:secret@traces.example/v1/traces?key=secret' },
    'otlp at https://traces.example and console',
  ],
  [['zipkin'], 'http/json', {}, 'zipkin at http://zipkin:9411'],
])('%j over %s with %j is called %s', (exporters, otlpProtocol, env, name) => {
  expect(backendName({ exporters, otlpProtocol, zipkin }, env)).toBe(name);
});
