import { trace } from '@opentelemetry/api';
import type { BusinessContext } from './business-fields.js';
import { activeScope } from './request-scope.js';

/**
 * Adds what has become known about the request being handled, for example when its token is verified. From here on
 * it is on every span of this request in this process and in those it calls; the span of the request itself and the
 * active one get it too. Outside a request it does nothing.
 */
export function setBusinessContext(values: BusinessContext): void {
  const scope = activeScope();
  if (!scope) return;
  const added = scope.learn(values);
  if (!added) return;
  scope.entrySpan?.setAttributes(added);
  const active = trace.getActiveSpan();
  if (active !== scope.entrySpan) active?.setAttributes(added);
}
