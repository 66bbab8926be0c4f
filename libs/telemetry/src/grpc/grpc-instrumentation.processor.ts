import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import { SpanKind, SpanStatusCode, type Context } from '@opentelemetry/api';
import { recordRpcStatus } from './rpc-status.js';

const SCOPE = '@opentelemetry/instrumentation-grpc';
const PREFIX = 'grpc.';
const STATUS_TEXTS = ['grpc.error_message', 'grpc.error_name'];

/**
 * Gives the spans of `@opentelemetry/instrumentation-grpc` the names, attributes and status of the stable semantic
 * conventions, without the status text, so that a trace reads the same whichever of the two ways of tracing gRPC is chosen.
 */
export class GrpcInstrumentationSpanProcessor implements SpanProcessor {
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
    const code = span.attributes['rpc.grpc.status_code'];
    const status = typeof code === 'number' ? SpanStatusCode.UNSET : span.status.code;
    Object.assign(span, { status: { code: status } });
    if (typeof code === 'number') recordRpcStatus(span, span.kind === SpanKind.SERVER ? 'server' : 'client', code);
  }

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
