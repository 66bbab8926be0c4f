import { SpanStatusCode } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace';
import {
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
} from '@opentelemetry/semantic-conventions';
import { isSqlState } from './error-code.js';
import type { SpanListener } from '../trace/span-listener.js';

const SCOPE = '@opentelemetry/instrumentation-pg';
/** `UNKNOWN` is what the instrumentation writes of an error that has none. */
const CODE = /\(code: (?!UNKNOWN\))([0-9A-Z]{5}|[A-Z_]{3,32})\)/;

/**
 * Takes PostgreSQL's own words off the span that instrumentation-pg leaves of a failed statement, because they quote
 * values ("invalid input syntax for type uuid: …"), and puts its SQLSTATE there instead.
 */
export class PgSpanProcessor implements SpanListener {
  onEnding(span: Span): void {
    if (span.status.code !== SpanStatusCode.ERROR || span.instrumentationScope.name !== SCOPE) return;
    // The instrumentation's exception event has a text of its own that holds the code and nothing else.
    const text = span.events.at(-1)?.attributes?.[ATTR_EXCEPTION_MESSAGE];
    const code = typeof text === 'string' ? CODE.exec(text)?.[1] : undefined;
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute(ATTR_ERROR_TYPE, code ?? '_OTHER');
    if (code && isSqlState(code)) span.setAttribute(ATTR_DB_RESPONSE_STATUS_CODE, code);
  }
}
