import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import { privateLogRecord } from '../privacy/check-log.js';

/** Hands to another exporter, of whatever backend, only what may leave of the log records. */
export class PrivateLogExporter implements LogRecordExporter {
  constructor(private readonly next: LogRecordExporter) {}

  export(...[records, done]: Parameters<LogRecordExporter['export']>): void {
    this.next.export(records.map(privateLogRecord), done);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
