/**
 * Every metric that this project adds to OpenTelemetry's own, and those of the semantic conventions that are not
 * stable yet: their package says to copy these. Stable names are imported from there, never repeated here.
 */

export const METRIC_RPC_SERVER_CALL_DURATION = 'rpc.server.call.duration';
export const METRIC_RPC_CLIENT_CALL_DURATION = 'rpc.client.call.duration';
export const METRIC_HTTP_SERVER_ACTIVE_REQUESTS = 'http.server.active_requests';

export const METRIC_DB_CLIENT_CONNECTION_COUNT = 'db.client.connection.count';
export const METRIC_DB_CLIENT_CONNECTION_MAX = 'db.client.connection.max';
export const METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS = 'db.client.connection.pending_requests';
export const ATTR_DB_CLIENT_CONNECTION_POOL_NAME = 'db.client.connection.pool.name';
export const ATTR_DB_CLIENT_CONNECTION_STATE = 'db.client.connection.state';

export const METRIC_PROCESS_MEMORY_USAGE = 'process.memory.usage';
export const METRIC_PROCESS_CPU_TIME = 'process.cpu.time';
export const ATTR_CPU_MODE = 'cpu.mode';

export const METRIC_OTEL_SDK_SPAN_LIVE = 'otel.sdk.span.live';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED = 'otel.sdk.processor.span.processed';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE = 'otel.sdk.processor.span.queue.size';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY = 'otel.sdk.processor.span.queue.capacity';
export const METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED = 'otel.sdk.exporter.span.exported';
export const METRIC_OTEL_SDK_LOG_CREATED = 'otel.sdk.log.created';
export const METRIC_OTEL_SDK_EXPORTER_LOG_EXPORTED = 'otel.sdk.exporter.log.exported';
/** Spans that ended, whatever became of them. */
export const METRIC_SPANS_ENDED = 'epro.telemetry.spans.ended';
/** What was kept from leaving by the allow-list, each time. */
export const METRIC_REDACTIONS = 'epro.telemetry.redactions';
/** What it was: `attribute`, `value`, `event`, `name`, `log_field`, … */
export const ATTR_REDACTED = 'epro.redacted';

/** Responses that patients sent, by outcome. */
export const METRIC_SUBMISSIONS = 'epro.submissions';
/** Rules that rejected submissions broke, each once a submission. */
export const METRIC_SUBMISSION_REJECTIONS = 'epro.submission.rejections';
/** Safety alerts that were stored. */
export const METRIC_ALERTS = 'epro.alerts';
/** From the receipt of a submission until the gateway knows that it is committed. */
export const METRIC_TIME_TO_DURABLE = 'epro.submission.time_to_durable';

/** `accepted`, `replayed` or `rejected`. */
export const ATTR_OUTCOME = 'epro.outcome';
/** Stable id of the validation or safety rule. */
export const ATTR_RULE = 'epro.rule';
/** `high` or `critical`. */
export const ATTR_ALERT_LEVEL = 'epro.alert.level';
