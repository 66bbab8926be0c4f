import type { Attributes, Histogram } from '@opentelemetry/api';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_NAMESPACE,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  DB_SYSTEM_NAME_VALUE_POSTGRESQL,
  METRIC_DB_CLIENT_OPERATION_DURATION,
} from '@opentelemetry/semantic-conventions';
import type pg from 'pg';
import { summarizeStatement } from '../pg/statement-summary.js';
import { onMeasuring, secondsSince } from './measuring.js';

/** Seconds, as the semantic conventions advise for databases. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
/** Statements are static, so there are few; the bound is for a program that breaks that rule. */
const MAX_STATEMENTS = 1000;
/** SQLSTATE, or the name that Node gives a broken connection. */
const ERROR_CODE = /^(?:[0-9A-Z]{5}|[A-Z_]{3,32})$/;

let duration: Histogram | undefined;

onMeasuring((meter) => {
  duration = meter.createHistogram(METRIC_DB_CLIENT_OPERATION_DURATION, {
    unit: 's',
    description: 'Duration of statements, from being sent to their result.',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
});

/** The attributes of each statement by its text, made once for each database. */
const databases = new Map<string, Map<string, Attributes>>();

/** Times every statement of a connection, of recorded traces and of others. For connections made while something is measured. */
export function timeStatements(client: pg.PoolClient): void {
  const { host, port, database } = client;
  const key = `${host}:${port}/${database}`;
  const statements = databases.get(key) ?? new Map<string, Attributes>();
  databases.set(key, statements);
  const common: Attributes = {
    [ATTR_DB_SYSTEM_NAME]: DB_SYSTEM_NAME_VALUE_POSTGRESQL,
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: port,
    ...(database && { [ATTR_DB_NAMESPACE]: database }),
  };
  // pg declares eight overloads; what is given is handed on as it is.
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const startedAt = performance.now();
    const result = query(...args);
    if (!(result instanceof Promise)) return result;
    const attributes = attributesOf(textOf(args[0]), statements, common);
    result.then(
      () => duration?.record(secondsSince(startedAt), attributes),
      (error: unknown) =>
        duration?.record(secondsSince(startedAt), { ...attributes, [ATTR_ERROR_TYPE]: errorType(error) }),
    );
    return result;
  }) as pg.PoolClient['query'];
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string } | undefined)?.text ?? '');
}

function attributesOf(text: string, statements: Map<string, Attributes>, common: Attributes): Attributes {
  let attributes = statements.get(text);
  if (!attributes) {
    if (statements.size >= MAX_STATEMENTS) return common;
    const { operation, target } = summarizeStatement(text);
    attributes = {
      ...common,
      [ATTR_DB_OPERATION_NAME]: operation,
      [ATTR_DB_QUERY_SUMMARY]: target ? `${operation} ${target}` : operation,
      ...(target && { [ATTR_DB_COLLECTION_NAME]: target }),
    };
    statements.set(text, attributes);
  }
  return attributes;
}

function errorType(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : '_OTHER';
}
