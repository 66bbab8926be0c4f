import { trace } from '@opentelemetry/api';
import type { BusinessContext } from './business-fields.js';
import { activeScope } from './request-scope.js';

export interface BusinessContextOptions {
  /** `token` where a verified token, or a password that was right, says so. By default this process found it out itself. */
  from?: 'token' | 'local';
}

/**
 * Adds what has become known about the request being handled, for example when its token is verified. From here on
 * it is on every span of this request in this process and in those it calls; the span of the request itself and the
 * active one get it too. What a token has said stays, whoever says something else. Outside a request it does nothing.
 */
export function setBusinessContext(values: BusinessContext, { from = 'local' }: BusinessContextOptions = {}): void {
  const scope = activeScope();
  if (!scope) return;
  if (!scope.learn(values, from)) return;
  const active = trace.getActiveSpan();
  scope.describe(scope.entrySpan);
  if (active !== scope.entrySpan) scope.describe(active);
}
