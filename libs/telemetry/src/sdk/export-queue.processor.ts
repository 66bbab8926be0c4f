import { diag } from '@opentelemetry/api';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { createLogger } from '../log/logger.js';
import type { BatchSettings } from './batch.settings.js';
import { OutageLog, type OutageLogger } from './outage-log.js';
import { pipelineReport, type PipelineReport } from './pipeline-report.js';
import type { EncodedExporter } from '../trace/batch-exporter.js';
import { EncodingBatchProcessor } from '../trace/encoding-batch.processor.js';
import { ResilientExporter, type DeliveryObserver } from './resilient-exporter.js';

/** The longest that a timer can be set to. The exporter keeps the time itself. */
const NEVER = 2 ** 31 - 1;

export interface ExportQueueOptions {
  readonly batch: BatchSettings;
  /** How an operator knows the backend. */
  readonly backend: string;
  /** If not given, that of this process. */
  readonly logger?: OutageLogger;
  /** If not given, that of this process. */
  readonly report?: PipelineReport;
}

/** Made when it is needed, which should be never. */
const processLogger: OutageLogger = {
  warn: (text) => void createLogger().warn(text, 'Telemetry'),
  info: (text) => void createLogger().log(text, 'Telemetry'),
};

/**
 * The way of spans to one backend: OpenTelemetry's batches, and around them a limit, a count of what becomes of each
 * span, and one warning for an outage. Nothing that the backend does holds anybody up or fills the memory: at most
 * `maxQueueSize` spans wait, and few batches are being sent.
 */
export class ExportQueueProcessor implements SpanProcessor {
  readonly #batches: SpanProcessor;
  readonly #outage: OutageLog;
  readonly #report: PipelineReport;
  readonly #capacity: number;
  #waiting = 0;

  constructor(
    exporter: SpanExporter | EncodedExporter,
    { batch, backend, logger = processLogger, report = pipelineReport }: ExportQueueOptions,
  ) {
    const outage = new OutageLog(backend, batch.maxQueueSize, logger);
    const observer: DeliveryObserver = {
      sending: (count) => {
        this.#waiting -= count;
        return outage.sending();
      },
      delivered: (batch, count) => {
        report.exported(count);
        outage.delivered(batch);
      },
      failed: (batch, count, reason) => {
        report.dropped(count, 'export_failed');
        outage.failed(batch, count, reason);
      },
    };
    const { exportTimeoutMillis } = batch;
    this.#batches =
      'takesEncoded' in exporter
        ? new EncodingBatchProcessor(new ResilientExporter(exporter, exportTimeoutMillis, observer), batch, () => {
            this.#waiting--;
            report.dropped(1, 'export_failed');
            diag.warn('A span was dropped because it cannot be encoded: an id or a time of it is none.');
          })
        : new BatchSpanProcessor({
            ...batch,
            exporter: new ResilientExporter(exporter, exportTimeoutMillis, observer),
            exportTimeoutMillis: NEVER,
          });
    this.#outage = outage;
    this.#report = report;
    this.#capacity = report.capacity = batch.maxQueueSize;
  }

  onStart(): void {}

  /** For sampled spans, before the shutdown. */
  onEnd(span: ReadableSpan): void {
    // Here and not in the processor behind, which drops without a word to whoever counts.
    if (this.#waiting >= this.#capacity) {
      this.#report.dropped(1, 'queue_full');
      this.#outage.lost(1);
      return;
    }
    this.#waiting++;
    this.#report.queued++;
    this.#batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#batches.shutdown();
    this.#outage.ended();
  }
}
