import { z } from 'zod';
import { HOPS, type Hop } from './hops.js';

const whole = (fallback: number) =>
  z.coerce.number({ error: 'must be a whole number above 0' }).int().min(1).default(fallback);

const schema = z.object({
  OTEL_SDK_DISABLED: z
    .string()
    .transform((value) => value.toLowerCase() === 'true')
    .default(false),
  OTEL_SERVICE_NAME: z.string().min(1).default('epro-unnamed'),
  // Sized by "batch > spans per second × export latency": 16384/4096 lost nothing at 3500 spans/s and 200 ms.
  OTEL_BSP_MAX_QUEUE_SIZE: whole(16_384),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: whole(4096),
  OTEL_BSP_SCHEDULE_DELAY: whole(1000),
  OTEL_BSP_EXPORT_TIMEOUT: whole(10_000),
  TRACE_EDGE: z.enum(['continue', 'restart'], { error: 'must be continue or restart' }).default('continue'),
  EPRO_TELEMETRY_GRPC: z
    .enum(['interceptors', 'instrumentation'], { error: 'must be interceptors or instrumentation' })
    .default('interceptors'),
  EPRO_TELEMETRY_SELF_CHECK: z.enum(['fail', 'warn', 'off'], { error: 'must be fail, warn or off' }).default('fail'),
  EPRO_TELEMETRY_OMIT: z
    .string()
    .default('')
    .transform((value) => value.split(',').filter(Boolean))
    .pipe(z.array(z.enum(HOPS, { error: `must be a list of: ${HOPS.join(', ')}` }))),
});

/** How telemetry is set up in this process. Standard `OTEL_*` names first; the README has the table. */
export interface TelemetryConfig {
  readonly disabled: boolean;
  readonly serviceName: string;
  /** In spans and milliseconds, as for OpenTelemetry's BatchSpanProcessor. */
  readonly batch: {
    maxQueueSize: number;
    maxExportBatchSize: number;
    scheduledDelayMillis: number;
    exportTimeoutMillis: number;
  };
  /** What becomes of a caller's `traceparent` at the edge: continued, or a new trace with a link to it. */
  readonly edge: 'continue' | 'restart';
  readonly grpc: 'interceptors' | 'instrumentation';
  readonly selfCheck: 'fail' | 'warn' | 'off';
  /** Hops left uninstrumented on purpose, to see and to test what that does. */
  readonly omit: readonly Hop[];
}

/** @throws Error that lists every value that cannot be used, by name */
export function readTelemetryConfig(env: Readonly<Record<string, string | undefined>> = process.env): TelemetryConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `  ${String(path[0])}: ${message}`);
    throw new Error(`The telemetry configuration cannot be used:\n${problems.join('\n')}`);
  }
  const value = result.data;
  return Object.freeze({
    disabled: value.OTEL_SDK_DISABLED,
    serviceName: value.OTEL_SERVICE_NAME,
    batch: {
      maxQueueSize: value.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: Math.min(value.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, value.OTEL_BSP_MAX_QUEUE_SIZE),
      scheduledDelayMillis: value.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: value.OTEL_BSP_EXPORT_TIMEOUT,
    },
    edge: value.TRACE_EDGE,
    grpc: value.EPRO_TELEMETRY_GRPC,
    selfCheck: value.EPRO_TELEMETRY_SELF_CHECK,
    omit: value.EPRO_TELEMETRY_OMIT,
  });
}
