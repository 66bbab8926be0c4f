import { createRequire } from 'node:module';
import { propagation, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { TraceSpan } from '@epro/trace-contract';
import { GrpcInstrumentationSpanProcessor } from '../grpc/grpc-instrumentation.processor.js';
import { createPgInstrumentation } from '../pg/pg-instrumentation.js';
import { PgSpanProcessor } from '../pg/pg-span.processor.js';
import { PrivateSpanExporter } from '../privacy/private-exporter.js';
import { CompactTracerProvider } from '../trace/compact-tracer-provider.js';
import { createPropagator } from '../propagation/create-propagator.js';
import { ExportSpanProcessor } from '../sdk/export.processor.js';
import { RequestScopeSpanProcessor } from '../sdk/request-scope.processor.js';
import { ensureContextManager, telemetryConfig, telemetryStarted } from '../sdk/telemetry.js';
import type { TraceSource } from './expect-trace.js';
import { DEFAULT_SERVICE } from './expected-span.js';
import { OpenSpansProcessor } from './open-spans.processor.js';
import { toTraceSpan } from './to-trace-span.js';

export interface TestTelemetryOptions {
  /** `service.name` of the spans; `test` if not given. */
  readonly service?: string;
}

/** The spans of this process, kept in memory. */
export interface TestTelemetry extends TraceSource {
  /** The spans that have ended, in the order in which they did. */
  spans(): ReadableSpan[];
  /** The one ended span of that name; throws with what there is instead. */
  span(name: string): ReadableSpan;
  /** The spans that have ended, as `expectTrace` and `formatTraceTree` take them. */
  traceSpans(): TraceSpan[];
  /** The spans that have been started and have not ended. */
  openSpans(): readonly ReadableSpan[];
  /** Forgets the spans that have ended. */
  reset(): void;
}

/**
 * Starts tracing for a test in this process, as the preload does for a service, with the spans kept in memory. Call
 * it before clients, servers and pools are made; with `EPRO_TELEMETRY_PG=instrumentation` also before pg is imported:
 * `await import('pg')` after it.
 */
export function startTestTelemetry({ service = DEFAULT_SERVICE }: TestTelemetryOptions = {}): TestTelemetry {
  const { grpc, pg } = telemetryConfig();
  const grpcInstrumented = grpc === 'instrumentation';
  const pgInstrumented = pg === 'instrumentation';
  const open = new OpenSpansProcessor();
  const exporter = new InMemorySpanExporter();
  const provider = new CompactTracerProvider({
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: service }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    processors: [
      open,
      new RequestScopeSpanProcessor(),
      ...(pgInstrumented ? [new PgSpanProcessor()] : []),
      ...(grpcInstrumented ? [new GrpcInstrumentationSpanProcessor()] : []),
      new ExportSpanProcessor(new SimpleSpanProcessor({ exporter: new PrivateSpanExporter(exporter) })),
    ],
  });
  ensureContextManager();
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(createPropagator(telemetryConfig().propagators));
  registerInstrumentations({
    instrumentations: [
      ...(pgInstrumented ? [createPgInstrumentation()] : []),
      ...(grpcInstrumented ? [new GrpcInstrumentation()] : []),
    ],
    tracerProvider: provider,
  });
  // Test runners load modules through hooks of their own, which instrumentations do not see. This way they do.
  const require = createRequire(import.meta.url);
  if (pgInstrumented) require('pg');
  if (grpcInstrumented) require('@grpc/grpc-js');
  telemetryStarted(() => provider.shutdown());
  const spans = () => exporter.getFinishedSpans();
  return {
    spans,
    span: (name) => {
      const found = spans().filter((span) => span.name === name);
      if (found.length === 1) return found[0] as ReadableSpan;
      throw new Error(
        `${found.length} spans are named ${name}; there are: ${spans()
          .map((span) => span.name)
          .join(', ')}`,
      );
    },
    traceSpans: () => spans().map(toTraceSpan),
    openSpans: () => open.spans,
    reset: () => exporter.reset(),
  };
}
