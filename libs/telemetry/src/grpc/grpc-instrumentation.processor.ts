import { hrTimeToMicroseconds } from '@opentelemetry/core';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import { SpanKind, SpanStatusCode, type Context } from '@opentelemetry/api';
import { measuring } from '../metrics/measuring.js';
import { RpcCallDurations } from '../metrics/rpc-call-durations.js';
import { recordRpcStatus } from './rpc-status.js';
import type { SpanListener } from '../trace/span-listener.js';

const SCOPE = '@opentelemetry/instrumentation-grpc';
/** What the instrumentation tells no status of. */
const UNKNOWN = 2;
const PREFIX = 'grpc.';
const STATUS_TEXTS = ['grpc.error_message', 'grpc.error_name'];

/**
 * Gives the spans of `@opentelemetry/instrumentation-grpc` the names, attributes and status of the stable semantic
 * conventions, without the status text, so that a trace reads the same whichever of the two ways of tracing gRPC is chosen.
 */
export class GrpcInstrumentationSpanProcessor implements SpanListener {
  readonly #durations = { client: new Map<string, RpcCallDurations>(), server: new Map<string, RpcCallDurations>() };

  onStart(span: Span, _parent: Context): void {
    if (span.instrumentationScope.name !== SCOPE || !span.name.startsWith(PREFIX)) return;
    const method = span.name.slice(PREFIX.length);
    span.updateName(method);
    span.setAttributes({ [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: method });
  }

  onEnding(span: Span): void {
    if (span.instrumentationScope.name !== SCOPE) return;
    // The instrumentation writes the short method name after the span has started.
    span.setAttribute(ATTR_RPC_METHOD, span.name);
    // A status text may come from anywhere and may hold anything, and no refusal is a fault of the server that refuses:
    // the API can take neither back.
    for (const attribute of STATUS_TEXTS) delete span.attributes[attribute];
    Object.assign(span, { status: { code: SpanStatusCode.UNSET } });
    recordRpcStatus(span, span.kind === SpanKind.SERVER ? 'server' : 'client', codeOf(span));
  }

  onEnd(span: ReadableSpan): void {
    if (!measuring || span.instrumentationScope.name !== SCOPE) return;
    const seconds = hrTimeToMicroseconds(span.duration) / 1e6;
    this.#durationsOf(span).recordSeconds(codeOf(span), seconds);
  }

  #durationsOf({ kind, name }: ReadableSpan): RpcCallDurations {
    const side = kind === SpanKind.SERVER ? 'server' : 'client';
    let durations = this.#durations[side].get(name);
    if (!durations) {
      durations = new RpcCallDurations(side, { [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name });
      this.#durations[side].set(name, durations);
    }
    return durations;
  }
}

/** Of an error without a code, which gRPC sends as UNKNOWN, the instrumentation notes the text alone. */
function codeOf({ attributes }: ReadableSpan): number {
  const code = attributes['rpc.grpc.status_code'];
  return typeof code === 'number' ? code : UNKNOWN;
}
