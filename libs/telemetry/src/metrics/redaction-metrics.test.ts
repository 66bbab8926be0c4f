import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { checkAttributes } from '../privacy/check-attributes.js';
import { checkName } from '../privacy/check-text.js';
import { startMeasuring } from './measuring.js';
import './redaction-metrics.js';

it('counts what was kept from leaving, by kind', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  startMeasuring(metrics.getMeter('test'));
  checkAttributes({ note: 'I feel Jane', 'tenant.id': 'aurora' });
  checkName('load AUR-0001');
  checkName('load AUR-0001');
  await reader.forceFlush();
  const [metric] = exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics;
  expect(metric).toMatchObject({
    descriptor: { name: 'epro.telemetry.redactions' },
    dataPoints: [
      { attributes: { 'epro.redacted': 'attribute' }, value: 1 },
      { attributes: { 'epro.redacted': 'name' }, value: 2 },
    ],
  });
  await reader.shutdown();
});
