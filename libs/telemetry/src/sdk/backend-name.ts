import type { ExportSettings } from './export.settings.js';

/** How an operator knows where spans go: `otlp at http://localhost:4318`. Nothing of an URL that may be a secret. */
export function backendName(
  { exporters, otlpProtocol, zipkin }: ExportSettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const otlp =
    env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ||
    env['OTEL_EXPORTER_OTLP_ENDPOINT'] ||
    `http://localhost:${otlpProtocol === 'grpc' ? 4317 : 4318}`;
  const endpoints = { otlp, zipkin: zipkin.endpoint, console: '' };
  return exporters.map((name) => (endpoints[name] ? `${name} at ${hostOf(endpoints[name])}` : name)).join(' and ');
}

/** `host:port` is allowed for gRPC, and is then all there is. */
function hostOf(endpoint: string): string {
  const { origin } = URL.canParse(endpoint) ? new URL(endpoint) : { origin: 'null' };
  return origin === 'null' ? endpoint : origin;
}
