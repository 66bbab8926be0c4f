import { ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import { privateLogRecord } from '../privacy/check-log.js';
import { logReport } from './log-report.js';

/** Hands to another exporter, of whatever backend, only what may leave of the log records, and counts them. */
export class PrivateLogExporter implements LogRecordExporter {
  constructor(private readonly next: LogRecordExporter) {}

  export(...[records, done]: Parameters<LogRecordExporter['export']>): void {
    this.next.export(records.map(privateLogRecord), (result) => {
      if (result.code === ExportResultCode.SUCCESS) logReport.exported += records.length;
      else logReport.failed += records.length;
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
