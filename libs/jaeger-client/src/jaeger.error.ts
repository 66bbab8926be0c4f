/** A Jaeger that could not be asked, or did not answer as one. The message says which, what was asked and what came. */
export class JaegerError extends Error {
  override readonly name = 'JaegerError';
  /** Of the answer; absent when there was none. */
  readonly status?: number;

  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

/** A trace that did not become what was waited for. The message says what was seen. */
export class TraceWaitError extends Error {
  override readonly name = 'TraceWaitError';
}
