import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { GrpcInstrumentationSpanProcessor } from '../grpc/grpc-instrumentation.processor.js';
import { createLogProcessors } from '../log/create-log-processors.js';
import { logDiagnostics } from '../log/diagnostics.js';
import { setUpMetrics } from '../metrics/set-up-metrics.js';
import { createPgInstrumentation } from '../pg/pg-instrumentation.js';
import { PgSpanProcessor } from '../pg/pg-span.processor.js';
import { createPropagator } from '../propagation/create-propagator.js';
import { createSampler } from '../sampling/create-sampler.js';
import { CompactTracerProvider } from '../trace/compact-tracer-provider.js';
import { createEncodedExporter } from '../trace/create-encoded-exporter.js';
import { backendName } from './backend-name.js';
import { ExportQueueProcessor } from './export-queue.processor.js';
import { ExportSpanProcessor } from './export.processor.js';
import { RequestScopeSpanProcessor } from './request-scope.processor.js';
import { createResource } from './resource.js';
import { createSpanExporter } from './span-exporter.js';
import { ensureContextManager, telemetryConfig, telemetryStarted } from './telemetry.js';

/**
 * Starts tracing for this process. Called by the preload, before any module that it instruments is loaded.
 *
 * @throws Error that lists every configuration value that cannot be used, or that another SDK runs already
 */
export async function startSdk(): Promise<void> {
  const config = telemetryConfig();
  if (config.disabled) {
    ensureContextManager();
    return;
  }
  logDiagnostics();
  const grpcInstrumented = config.grpc === 'instrumentation';
  const pgInstrumented = config.pg === 'instrumentation' && !config.omit.includes('pg');
  const sampler = createSampler(config.sampling, config.serviceName);
  const resource = await createResource(config.resource);
  const exporter = (await createEncodedExporter(config.traces)) ?? (await createSpanExporter(config.traces));
  const metrics = await setUpMetrics(config.metrics);
  const provider = new CompactTracerProvider({
    resource,
    sampler,
    limits: config.limits,
    processors: [
      new RequestScopeSpanProcessor(),
      ...(pgInstrumented ? [new PgSpanProcessor()] : []),
      ...(grpcInstrumented ? [new GrpcInstrumentationSpanProcessor()] : []),
      new ExportSpanProcessor(
        exporter && new ExportQueueProcessor(exporter, { batch: config.batch, backend: backendName(config.traces) }),
      ),
    ],
  });
  if (!trace.setGlobalTracerProvider(provider))
    throw new Error(
      'Another OpenTelemetry SDK traces this process already. Load it or @epro/telemetry/register, not both.',
    );
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    textMapPropagator: createPropagator(config.propagators),
    // The spans are those of the provider above.
    spanProcessors: [],
    metricReaders: metrics.readers,
    views: metrics.views,
    logRecordProcessors: await createLogProcessors(config.log),
    instrumentations: [
      ...(pgInstrumented ? [createPgInstrumentation()] : []),
      ...(grpcInstrumented ? [new GrpcInstrumentation()] : []),
      ...metrics.instrumentations,
    ],
  });
  sdk.start();
  metrics.started();
  // Loaded by import alone, grpc-js would pass by its instrumentation, which sees what is required.
  if (grpcInstrumented) createRequire(import.meta.url)('@grpc/grpc-js');
  telemetryStarted(async () => {
    sampler.close();
    await Promise.all([provider.shutdown(), sdk.shutdown()]);
  });
}
