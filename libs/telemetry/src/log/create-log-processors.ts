import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { OtlpProtocol } from '../sdk/otlp.settings.js';
import type { LogSettings, LogsExporterName } from './log.settings.js';
import { PrivateLogExporter } from './private-log.exporter.js';

/**
 * What takes log lines out of this process beside stdout, a processor for each exporter. Only what is chosen is
 * loaded. Lines wait in a bounded queue and are sent in the background: nothing waits for them.
 */
export function createLogProcessors(settings: LogSettings): Promise<LogRecordProcessor[]> {
  return Promise.all(settings.exporters.map((name) => createProcessor(name, settings)));
}

async function createProcessor(name: LogsExporterName, settings: LogSettings): Promise<LogRecordProcessor> {
  const { BatchLogRecordProcessor, ConsoleLogRecordExporter, SimpleLogRecordProcessor } =
    await import('@opentelemetry/sdk-logs');
  if (name === 'console') {
    return new SimpleLogRecordProcessor({ exporter: new PrivateLogExporter(new ConsoleLogRecordExporter()) });
  }
  return new BatchLogRecordProcessor({
    ...settings.batch,
    exporter: new PrivateLogExporter(await createOtlpExporter(settings.otlpProtocol)),
  });
}

async function createOtlpExporter(protocol: OtlpProtocol): Promise<LogRecordExporter> {
  switch (protocol) {
    case 'grpc':
      return new (await import('@opentelemetry/exporter-logs-otlp-grpc')).OTLPLogExporter();
    case 'http/json':
      return new (await import('@opentelemetry/exporter-logs-otlp-http')).OTLPLogExporter();
    case 'http/protobuf':
      return new (await import('@opentelemetry/exporter-logs-otlp-proto')).OTLPLogExporter();
  }
}
