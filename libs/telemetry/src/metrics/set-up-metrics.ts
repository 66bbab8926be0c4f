import { metrics } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { MetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import { createMetricReaders } from './create-metric-readers.js';
import { startMeasuring } from './measuring.js';
import type { MetricsSettings } from './metrics.settings.js';
import './connection-pools.js';
import './pipeline-metrics.js';
import './process-metrics.js';
import './redaction-metrics.js';

/** What an SDK needs to be told for metrics. */
export interface MetricsSetUp {
  readonly readers: MetricReader[];
  readonly views: ViewOptions[];
  readonly instrumentations: Instrumentation[];
  /** To be called when the SDK has started: from then on is measured. */
  started(): void;
}

const OFF: MetricsSetUp = { readers: [], views: [], instrumentations: [], started: () => {} };

/** Ours also where pg is instrumented: the instrumentation's count changes, of all pools together, and time only what is traced. */
const REPLACED = { meterName: '@opentelemetry/instrumentation-pg', instrumentName: '*' };

/** Prepares measuring where an exporter for metrics is chosen, and nothing where none is. */
export async function setUpMetrics(settings: MetricsSettings): Promise<MetricsSetUp> {
  if (settings.exporters.length === 0) return OFF;
  const [{ AggregationType }, { RuntimeNodeInstrumentation }, readers] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/instrumentation-runtime-node'),
    createMetricReaders(settings),
  ]);
  return {
    readers,
    views: [{ ...REPLACED, aggregation: { type: AggregationType.DROP } }],
    instrumentations: [new RuntimeNodeInstrumentation()],
    started: () => startMeasuring(metrics.getMeter('@epro/telemetry')),
  };
}
