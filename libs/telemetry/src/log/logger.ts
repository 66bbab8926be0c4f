import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { activeScope } from '../context/request-scope.js';
import { checkLogFields } from '../privacy/check-log.js';
import { telemetryConfig } from '../sdk/telemetry.js';
import { isServing } from '../shutdown/serving.js';
import { describeError, errorType, stackFrames } from '../span/describe-error.js';
import { correlation } from './correlation.js';
import type { LogLevel } from './log.settings.js';
import { emitLogRecord, type LoggedError } from './otlp-lines.js';

/**
 * An error as a log field. Its message is shown only while the process starts, when it is about the program: later, in
 * a request or out of one, it may quote what a patient wrote.
 */
function errorField(error: Error): LoggedError {
  const { type, reason, code } = describeError(error);
  const field = { type, reason, code, stack: stackFrames(error) };
  return activeScope() || isServing() ? field : { ...field, message: error.message };
}

/** Whatever is logged: a line that cannot be made is no reason for whoever logs it to fail. */
function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (message instanceof Error) return errorType(message);
  try {
    return String(JSON.stringify(message));
  } catch {
    return typeof message;
  }
}

/** Nest's logger on pino: one JSON line each on stdout, with the ids of the request that it belongs to. */
class NestLogger implements LoggerService {
  constructor(
    private readonly logger: Logger,
    /** Whether lines go to an exporter too. */
    private readonly exported: boolean,
  ) {}

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
  private write(level: LogLevel, message: unknown, more: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const component = typeof more.at(-1) === 'string' ? more.at(-1) : undefined;
    const error = [message, ...more].find((part) => part instanceof Error);
    const fields = { ...correlation(), component, ...(error && { err: errorField(error) }), msg: textOf(message) };
    const line = checkLogFields(fields) as Partial<typeof fields>;
    this.logger[level](line);
    if (this.exported) emitLogRecord(level, line.component as string | undefined, line.msg ?? '', line.err);
  }
}

/**
 * The logger of this process: to stdout, and where `OTEL_LOGS_EXPORTER` says so to OpenTelemetry too. Level by
 * `LOG_LEVEL`: trace, debug, info (default), warn, error, fatal, silent.
 */
export function createLogger(): LoggerService {
  const { disabled, log } = telemetryConfig();
  return new NestLogger(createPino(), !disabled && log.exporters.length > 0);
}

/** The same, to stdout alone. */
export function createStdoutLogger(): LoggerService {
  return new NestLogger(createPino(), false);
}

function createPino(): Logger {
  const { log, resource } = telemetryConfig();
  return pino({
    level: log.level,
    base: { service: resource.serviceName, version: resource.serviceVersion },
    timestamp: pino.stdTimeFunctions.isoTime,
    // errorField has done it; pino's own would take the type of what it made.
    serializers: { err: (field: unknown) => field },
    formatters: { level: (label) => ({ level: label }) },
  });
}
