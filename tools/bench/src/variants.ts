/** What tracing costs, and what it would cost done in another way. */
export const COMPARED_VARIANTS = ['off', 'on', 'unsampled', 'instrumentation-grpc', 'auto'] as const;
export const VARIANT_NAMES = [...COMPARED_VARIANTS, 'backend-killed', 'backend-hung', 'backend-failing'] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];

/** What the backend does: gone, silent, or answering 500. */
export type BackendFailure = 'killed' | 'hung' | 'failing';

/** One way to run the same five services. */
export interface Variant {
  readonly name: VariantName;
  /** Settings of every service, over the platform's. */
  readonly env: Readonly<Record<string, string>>;
  /** Module that the services are preloaded with; the platform's own telemetry by default. */
  readonly preload?: string;
  /** Flags of Node for every service. */
  readonly nodeFlags?: readonly string[];
  /**
   * What the trace of an accepted submission must be: not there, connected through all services, or that with exactly
   * the spans of the platform's contract.
   */
  readonly trace: 'none' | 'connected' | 'contract';
  /** What becomes of the backend once it is warm, for the rest of the run. */
  readonly backendFailure?: BackendFailure;
}

/** The batch sizes that the platform's own telemetry has by default, so that what is compared is the instrumentation. */
const SAME_BATCHES = {
  OTEL_BSP_MAX_QUEUE_SIZE: '16384',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4096',
  OTEL_BSP_SCHEDULE_DELAY: '1000',
  OTEL_BSP_EXPORT_TIMEOUT: '10000',
};

const VARIANTS: Readonly<Record<VariantName, Omit<Variant, 'name'>>> = {
  // The preload stays: this is what an operator gets by switching tracing off.
  off: { env: { OTEL_SDK_DISABLED: 'true' }, trace: 'none' },
  on: { env: { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, trace: 'contract' },
  unsampled: {
    env: { OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
    trace: 'none',
  },
  'instrumentation-grpc': {
    env: { OTEL_TRACES_SAMPLER: 'parentbased_always_on', EPRO_TELEMETRY_GRPC: 'instrumentation' },
    trace: 'contract',
  },
  auto: {
    preload: '@opentelemetry/auto-instrumentations-node/register',
    // The services are ES modules: without its loader it would see next to nothing of them.
    nodeFlags: ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs'],
    env: {
      ...SAME_BATCHES,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      // Tracing is what is compared, and no cloud is asked where this runs.
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
      EPRO_TELEMETRY_SELF_CHECK: 'off',
      // By default it does not say what it drops.
      OTEL_LOG_LEVEL: 'warn',
    },
    trace: 'connected',
  },
  'backend-killed': withFailingBackend('killed'),
  'backend-hung': withFailingBackend('hung'),
  'backend-failing': withFailingBackend('failing'),
};

/** As `on`. How much comes to the backend is no matter here. */
function withFailingBackend(backendFailure: BackendFailure): Omit<Variant, 'name'> {
  return {
    env: { OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
    trace: 'none',
    backendFailure,
  };
}

export function variantOf(name: VariantName): Variant {
  return { name, ...VARIANTS[name] };
}
