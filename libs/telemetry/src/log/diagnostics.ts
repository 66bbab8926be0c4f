import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import type { LoggerService } from '@nestjs/common';
import { createStdoutLogger } from './logger.js';

const COMPONENT = 'OpenTelemetry';
/** For so long the same text is not repeated: a backend that is down would say it with every batch. */
const QUIET_MS = 60_000;
const MAX_TEXTS = 100;

/**
 * OpenTelemetry's own warnings and errors, for example of a backend that is down, as lines of this process's log,
 * where nobody has chosen another level with `OTEL_LOG_LEVEL`. On stdout alone: a line that says that lines cannot be
 * sent would be one more of them.
 */
export function logDiagnostics(): void {
  if (process.env['OTEL_LOG_LEVEL']?.trim()) return;
  const options = { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true };
  diag.setLogger(new DiagnosticsLogger(createStdoutLogger()), options);
}

class DiagnosticsLogger implements DiagLogger {
  readonly #quietUntil = new Map<string, number>();

  constructor(private readonly logger: LoggerService) {}

  error(message: string, ...more: unknown[]): void {
    this.#once(textOf(message, more), (text) => void this.logger.error(text, COMPONENT));
  }

  warn(message: string, ...more: unknown[]): void {
    this.#once(textOf(message, more), (text) => void this.logger.warn(text, COMPONENT));
  }

  info(): void {}

  debug(): void {}

  verbose(): void {}

  #once(text: string, log: (text: string) => void): void {
    const now = Date.now();
    if ((this.#quietUntil.get(text) ?? 0) > now) return;
    if (this.#quietUntil.size >= MAX_TEXTS) this.#quietUntil.clear();
    this.#quietUntil.set(text, now + QUIET_MS);
    log(text);
  }
}

function textOf(message: string, more: readonly unknown[]): string {
  return [message, ...more].map(partOf).filter(Boolean).join(' ').replace(/\s+/g, ' ');
}

/** OpenTelemetry's error handler gives errors as JSON, stack and all. */
function partOf(part: unknown): string {
  if (part instanceof Error) return part.message;
  if (typeof part !== 'string') return '';
  if (!part.startsWith('{')) return part;
  try {
    const { message } = JSON.parse(part) as { message?: unknown };
    return typeof message === 'string' ? message : part;
  } catch {
    return part;
  }
}
