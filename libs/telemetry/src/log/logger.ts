import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { pino, type Logger } from 'pino';
import { activeScope } from '../context/request-scope.js';
import { telemetryConfig } from '../sdk/telemetry.js';
import { errorType, failureReason, stackFrames } from '../span/record-error.js';

/** The ids that join a log line with its trace and its request. */
function correlation(): Record<string, string | undefined> {
  const spanContext = trace.getActiveSpan()?.spanContext();
  const scope = activeScope();
  return {
    trace_id: scope?.traceId ?? spanContext?.traceId,
    span_id: spanContext?.spanId,
    request_id: scope?.get('requestId'),
    tenant: scope?.get('tenantId'),
  };
}

/** An error as a log field. Within a request its message is left out: it may quote what a patient wrote. */
function errorField(error: Error): Record<string, unknown> {
  const field = { type: errorType(error), reason: failureReason(error), stack: stackFrames(error) };
  return activeScope() ? field : { ...field, message: error.message };
}

/** Nest's logger on pino: one JSON line each on stdout, with the ids of the request that it belongs to. */
class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  /** Nest passes the name of the class that logs last, and an error or its stack before it. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    more: unknown[],
  ): void {
    const component = typeof more.at(-1) === 'string' ? more.at(-1) : undefined;
    const error = [message, ...more].find((part) => part instanceof Error);
    const text =
      message instanceof Error ? errorType(message) : typeof message === 'string' ? message : JSON.stringify(message);
    this.logger[level]({ component, ...(error && { err: errorField(error) }) }, text);
  }
}

/** The logger of this process. Level by `LOG_LEVEL`: trace, debug, info (default), warn, error, fatal, silent. */
export function createLogger(): LoggerService {
  const logger = pino({
    level: process.env['LOG_LEVEL'] || 'info',
    base: { service: telemetryConfig().serviceName },
    timestamp: pino.stdTimeFunctions.isoTime,
    // errorField has done it; pino's own would take the type of what it made.
    serializers: { err: (field: unknown) => field },
    formatters: { level: (label) => ({ level: label }) },
    mixin: correlation,
  });
  return new NestLogger(logger);
}
