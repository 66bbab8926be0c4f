import { SpanKind, type Context } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace';
import { scopeOf } from '../context/request-scope.js';
import type { SpanListener } from '../trace/span-listener.js';

/** Puts the request's business context on every span, whoever starts it. */
export class RequestScopeSpanProcessor implements SpanListener {
  onStart(span: Span, parentContext: Context): void {
    const scope = scopeOf(parentContext);
    if (!scope) return;
    span.setAttributes(scope.attributes);
    if (!scope.entrySpan && (span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER)) scope.entrySpan = span;
  }
}
