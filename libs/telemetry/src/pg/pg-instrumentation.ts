import type { Attributes } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_SUMMARY,
} from '@opentelemetry/semantic-conventions';
import { summarizeStatement } from './statement-summary.js';
import { shareAttributes } from '../trace/shared-attributes.js';

interface NamedStatement {
  name: string;
  attributes: Attributes;
}

/** Statements are static, so there are few; the bound is for a program that breaks that rule. */
const MAX_STATEMENTS = 1000;

/**
 * `@opentelemetry/instrumentation-pg` with a span for each statement made within a request, named by operation and
 * table, never with a parameter.
 */
export function createPgInstrumentation(): PgInstrumentation {
  const statements = new Map<string, NamedStatement>();
  const named = (text: string): NamedStatement => {
    let statement = statements.get(text);
    if (!statement) {
      const { operation, target } = summarizeStatement(text);
      const name = target ? `${operation} ${target}` : operation;
      const attributes: Attributes = { [ATTR_DB_OPERATION_NAME]: operation, [ATTR_DB_QUERY_SUMMARY]: name };
      if (target) attributes[ATTR_DB_COLLECTION_NAME] = target;
      statement = { name, attributes: shareAttributes(attributes) };
      if (statements.size < MAX_STATEMENTS) statements.set(text, statement);
    }
    return statement;
  };
  return new PgInstrumentation({
    requireParentSpan: true,
    ignoreConnectSpans: true,
    enhancedDatabaseReporting: false,
    requestHook: (span, { query }) => {
      const { name, attributes } = named(query.text);
      span.updateName(name);
      span.setAttributes(attributes);
    },
  });
}
