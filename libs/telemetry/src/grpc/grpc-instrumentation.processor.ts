import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import { SpanKind, type Context } from '@opentelemetry/api';
import { recordRpcStatus } from './rpc-status.js';

const SCOPE = '@opentelemetry/instrumentation-grpc';
const PREFIX = 'grpc.';

/**
 * Gives the spans of `@opentelemetry/instrumentation-grpc` the names and attributes of the stable semantic
 * conventions, so that a trace reads the same whichever of the two ways of tracing gRPC is chosen.
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
    const code = span.attributes['rpc.grpc.status_code'];
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
