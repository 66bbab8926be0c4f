import { SpanKind, type Attributes, type SpanOptions } from '@opentelemetry/api';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
} from '@opentelemetry/semantic-conventions';
import { sanitizeSql } from '../privacy/sanitize-sql.js';
import { shareAttributes } from '../trace/shared-attributes.js';
import { summarizeStatement } from './statement-summary.js';

/** As instrumentation-pg calls it: the semantic conventions have no attribute for a prepared statement's name. */
const ATTR_PLAN = 'db.postgresql.plan';

/** Statements are static, so there are few; the bound is for a program that breaks that rule. */
const MAX_STATEMENTS = 1000;

/** What the spans and the times of one statement have in common. */
export interface KnownStatement {
  /** Operation and table, the span's name. */
  readonly name: string;
  readonly spanOptions: SpanOptions;
  /** What its duration is told by: the same, but for its text. */
  readonly measured: Attributes;
  /** The name under which it is prepared, if it is. */
  readonly plan: string | undefined;
}

/**
 * The statements of one database, each looked at when it is first seen. A further one beyond a thousand, or the same
 * text under a second name, is looked at each time; durations beyond are told by their database alone.
 */
export class KnownStatements {
  readonly #byText = new Map<string, KnownStatement>();

  constructor(private readonly database: Attributes) {}

  /** @param query what `query()` was given: text, or an object with `text` and the `name` of a prepared statement */
  of(query: unknown): KnownStatement {
    if (typeof query === 'string') return this.#find(query, undefined);
    const { text, name } = (query ?? {}) as { text?: unknown; name?: unknown };
    return this.#find(typeof text === 'string' ? text : '', typeof name === 'string' ? name : undefined);
  }

  #find(text: string, plan: string | undefined): KnownStatement {
    const known = this.#byText.get(text);
    if (known !== undefined && known.plan === plan) return known;
    const isFull = known === undefined && this.#byText.size >= MAX_STATEMENTS;
    const statement = this.#describe(text, plan, isFull);
    if (!known && !isFull) this.#byText.set(text, statement);
    return statement;
  }

  #describe(text: string, plan: string | undefined, isFull: boolean): KnownStatement {
    const { operation, target } = summarizeStatement(text);
    const name = target ? `${operation} ${target}` : operation;
    const measured: Attributes = {
      ...this.database,
      [ATTR_DB_OPERATION_NAME]: operation,
      ...(target && { [ATTR_DB_COLLECTION_NAME]: target }),
      [ATTR_DB_QUERY_SUMMARY]: name,
    };
    const attributes = shareAttributes({
      ...measured,
      // As it may leave, so that it is looked at here and not for each span.
      [ATTR_DB_QUERY_TEXT]: sanitizeSql(text) ?? text,
      ...(plan !== undefined && { [ATTR_PLAN]: plan }),
    });
    return {
      name,
      spanOptions: { kind: SpanKind.CLIENT, attributes },
      measured: isFull ? this.database : measured,
      plan,
    };
  }
}
