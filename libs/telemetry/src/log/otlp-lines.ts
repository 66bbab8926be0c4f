import { logs, SeverityNumber, type Logger, type Attributes } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_EXCEPTION_STACKTRACE, ATTR_EXCEPTION_TYPE } from '@opentelemetry/semantic-conventions';
import { activeScope } from '../context/request-scope.js';
import { ATTR_FAILURE_REASON } from '../semconv/attributes.js';
import { logReport } from './log-report.js';
import type { LogLevel } from './log.settings.js';

/** As OpenTelemetry's data model maps the levels of log4j and its kind. */
const SEVERITIES: Record<LogLevel, SeverityNumber> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/** An error as a log line has it. */
export interface LoggedError {
  readonly type: string;
  readonly reason: string | undefined;
  readonly code: string | undefined;
  readonly stack: string | undefined;
  readonly message?: string;
}

const DEFAULT_SCOPE = '@epro/telemetry';
const loggers = new Map<string, Logger>();

/**
 * Sends a line by OpenTelemetry: the text as body, who logs as instrumentation scope; the SDK adds the active span.
 *
 * Follows {@link https://opentelemetry.io/docs/specs/otel/logs/data-model/}.
 */
export function emitLogRecord(
  level: LogLevel,
  component: string = DEFAULT_SCOPE,
  text: string,
  error: LoggedError | undefined,
): void {
  logReport.created++;
  let logger = loggers.get(component);
  if (!logger) loggers.set(component, (logger = logs.getLogger(component)));
  logger.emit({
    severityNumber: SEVERITIES[level],
    severityText: level,
    body: text,
    attributes: { ...activeScope()?.attributes, ...(error && errorAttributes(error)) },
  });
}

/** Without the message: it is on stdout where it may be at all. */
function errorAttributes({ type, reason, code, stack }: LoggedError): Attributes {
  return {
    [ATTR_ERROR_TYPE]: reason ?? code ?? type,
    [ATTR_EXCEPTION_TYPE]: type,
    ...(reason && { [ATTR_FAILURE_REASON]: reason }),
    ...(stack && { [ATTR_EXCEPTION_STACKTRACE]: stack }),
  };
}
