import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { logReport } from '../log/log-report.js';
import { pipelineReport } from '../sdk/pipeline-report.js';
import {
  METRIC_OTEL_SDK_EXPORTER_LOG_EXPORTED,
  METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED,
  METRIC_OTEL_SDK_LOG_CREATED,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
  METRIC_OTEL_SDK_SPAN_LIVE,
  METRIC_SPANS_ENDED,
} from '../semconv/metrics.js';
import { onMeasuring } from './measuring.js';

/**
 * What the span pipeline says about itself, under the names that the SDK would use. The SDK's own report, which is
 * still experimental, adds to counters for every span; these numbers are there anyway.
 */
onMeasuring((meter) => {
  const unit = { unit: '{span}' };
  const live = meter.createObservableUpDownCounter(METRIC_OTEL_SDK_SPAN_LIVE, {
    ...unit,
    description: 'Spans that are open.',
  });
  const ended = meter.createObservableCounter(METRIC_SPANS_ENDED, { ...unit, description: 'Spans that ended.' });
  const processed = meter.createObservableCounter(METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED, {
    ...unit,
    description: 'Spans that were given to the exporter, or dropped before.',
  });
  const exported = meter.createObservableCounter(METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED, {
    ...unit,
    description: 'Spans that the backend took, or that could not be sent.',
  });
  const queued = meter.createObservableUpDownCounter(METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE, {
    ...unit,
    description: 'Spans that wait to be sent or are being sent.',
  });
  const capacity = meter.createObservableUpDownCounter(METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY, {
    ...unit,
    description: 'Spans that may wait to be sent.',
  });
  meter.addBatchObservableCallback(
    (result) => {
      const health = pipelineReport.snapshot();
      const { queue_full, export_failed, after_shutdown } = health.dropped;
      result.observe(live, health.live);
      result.observe(ended, health.ended);
      result.observe(processed, health.exported + export_failed);
      result.observe(processed, queue_full, { [ATTR_ERROR_TYPE]: 'queue_full' });
      result.observe(processed, after_shutdown, { [ATTR_ERROR_TYPE]: 'after_shutdown' });
      result.observe(exported, health.exported);
      result.observe(exported, export_failed, { [ATTR_ERROR_TYPE]: 'export_failed' });
      result.observe(queued, health.queued);
      if (pipelineReport.capacity > 0) result.observe(capacity, pipelineReport.capacity);
    },
    [live, ended, processed, exported, queued, capacity],
  );
});

onMeasuring((meter) => {
  const unit = { unit: '{log_record}' };
  meter
    .createObservableCounter(METRIC_OTEL_SDK_LOG_CREATED, { ...unit, description: 'Log lines that were to be sent.' })
    .addCallback((result) => result.observe(logReport.created));
  meter
    .createObservableCounter(METRIC_OTEL_SDK_EXPORTER_LOG_EXPORTED, {
      ...unit,
      description: 'Log lines that the backend took, or that could not be sent.',
    })
    .addCallback((result) => {
      result.observe(logReport.exported);
      result.observe(logReport.failed, { [ATTR_ERROR_TYPE]: 'export_failed' });
    });
});
