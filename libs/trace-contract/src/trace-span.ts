export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';

export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];

/** A span that ended, as a trace backend gives it back. */
export interface TraceSpan {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Absent for a root span. */
  readonly parentSpanId?: string;
  /** `service.name` of the resource. */
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage?: string;
  /** Unix time in nanoseconds. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Resource attributes beside `service.name`. */
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export interface SpanEvent {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}
