import type { SpanLimits } from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import type { BusinessContext } from '../context/business-fields.js';
import { defaultContextSettings, defaultContextShape } from '../context/default-context.settings.js';
import { checkLogs, logSettings, logShape, type LogSettings } from '../log/log.settings.js';
import { checkMetrics, metricsSettings, metricsShape, type MetricsSettings } from '../metrics/metrics.settings.js';
import { propagationSettings, propagationShape, type PropagatorName } from '../propagation/propagation.settings.js';
import {
  checkSampling,
  samplingSettings,
  samplingShape,
  type SamplingSettings,
} from '../sampling/sampling.settings.js';
import { batchSettings, batchShape, checkBatch, type BatchSettings } from './batch.settings.js';
import { flag, listOf, oneOf } from './env-values.js';
import { checkExport, exportSettings, exportShape, type ExportSettings } from './export.settings.js';
import { HOPS, type Hop } from './hops.js';
import { limitsSettings, limitsShape } from './limits.settings.js';
import { resourceSettings, resourceShape, type ResourceSettings } from './resource.settings.js';

/** Each section has its variables and what they become in a file of its own, `*.settings.ts`. */
const shape = {
  OTEL_SDK_DISABLED: flag(),
  OTEL_LOG_LEVEL: oneOf(['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all']),
  ...batchShape,
  ...defaultContextShape,
  ...exportShape,
  ...limitsShape,
  ...metricsShape,
  ...logShape,
  ...propagationShape,
  ...resourceShape,
  ...samplingShape,
  TRACE_EDGE: z.enum(['continue', 'restart'], { error: 'must be continue or restart' }).default('continue'),
  EPRO_TELEMETRY_GRPC: z
    .enum(['interceptors', 'instrumentation'], { error: 'must be interceptors or instrumentation' })
    .default('interceptors'),
  EPRO_TELEMETRY_PG: z.enum(['pool', 'instrumentation'], { error: 'must be pool or instrumentation' }).default('pool'),
  EPRO_TELEMETRY_SELF_CHECK: z.enum(['fail', 'warn', 'off'], { error: 'must be fail, warn or off' }).default('fail'),
  EPRO_TELEMETRY_OMIT: listOf(HOPS),
};

const schema = z.object(shape);

/** What goes together is looked at also where single values are wrong, which then count as not set: all is said at once. */
const together = z
  .object(mapValues(shape, (type) => type.catch(undefined)) as typeof shape)
  .superRefine((values, ctx) => {
    checkBatch(values, ctx);
    checkExport(values, ctx);
    checkMetrics(values, ctx);
    checkLogs(values, ctx);
    checkSampling(values, ctx);
  });

function mapValues(types: Readonly<Record<string, z.ZodType>>, map: (type: z.ZodType) => z.ZodType): z.ZodRawShape {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, map(type)]));
}

/** How telemetry is set up in this process. Standard `OTEL_*` names first; docs/telemetry-configuration.md has the table. */
export interface TelemetryConfig {
  readonly disabled: boolean;
  readonly serviceName: string;
  readonly resource: ResourceSettings;
  readonly traces: ExportSettings;
  readonly metrics: MetricsSettings;
  readonly log: LogSettings;
  readonly batch: BatchSettings;
  readonly limits: SpanLimits;
  readonly propagators: readonly PropagatorName[];
  readonly sampling: SamplingSettings;
  /** What every request is about as long as nobody says anything else. */
  readonly defaultContext: BusinessContext;
  /** What becomes of a caller's `traceparent` at the edge: continued, or a new trace with a link to it. */
  readonly edge: 'continue' | 'restart';
  /** What traces gRPC calls, and what SQL: this library, or OpenTelemetry's instrumentation of grpc-js and of pg. */
  readonly grpc: 'interceptors' | 'instrumentation';
  readonly pg: 'pool' | 'instrumentation';
  readonly selfCheck: 'fail' | 'warn' | 'off';
  /** Hops left uninstrumented on purpose, to see and to test what that does. */
  readonly omit: readonly Hop[];
}

/** @throws Error that lists every value that cannot be used, by name */
export function readTelemetryConfig(env: Readonly<Record<string, string | undefined>> = process.env): TelemetryConfig {
  // Blank means "not set": that is how compose files and shells pass one on.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  const result = schema.safeParse(given);
  const issues = [result, together.safeParse(given)].flatMap(({ error }) => error?.issues ?? []);
  if (!result.success || issues.length > 0) {
    const problems = issues.map(({ path, message }) => `  ${String(path[0])}: ${message}`);
    throw new Error(`The telemetry configuration cannot be used:\n${problems.join('\n')}`);
  }
  const value = result.data;
  const resource = resourceSettings(value);
  return deepFreeze({
    disabled: value.OTEL_SDK_DISABLED,
    serviceName: resource.serviceName,
    resource,
    traces: exportSettings(value),
    metrics: metricsSettings(value),
    log: logSettings(value),
    batch: batchSettings(value),
    limits: limitsSettings(value),
    propagators: propagationSettings(value),
    sampling: samplingSettings(value),
    defaultContext: defaultContextSettings(value),
    edge: value.TRACE_EDGE,
    grpc: value.EPRO_TELEMETRY_GRPC,
    pg: value.EPRO_TELEMETRY_PG,
    selfCheck: value.EPRO_TELEMETRY_SELF_CHECK,
    omit: value.EPRO_TELEMETRY_OMIT ?? [],
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
}
