import type { BackendFailure } from '../variants.js';
import type { TraceExpectation, TraceReport } from './trace-book.js';

/** What the sink's worker is told when it starts. */
export interface SinkSettings {
  readonly latencyMs: number;
  readonly quietMs: number;
  readonly expectation: TraceExpectation;
}

export type ToSink =
  | { readonly type: 'accepted'; readonly traceIds: readonly string[] }
  | { readonly type: 'fail'; readonly how: BackendFailure }
  | { readonly type: 'report' };

export type FromSink =
  { readonly type: 'listening'; readonly port: number } | { readonly type: 'report'; readonly report: SinkReport };

export interface SinkReport extends TraceReport {
  readonly requests: number;
  readonly bytes: number;
  /** Requests that were no OTLP over protobuf. */
  readonly unreadable: number;
}
