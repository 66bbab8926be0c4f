import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_CODE_LINE_NUMBER,
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_NAMESPACE,
  ATTR_DB_OPERATION_BATCH_SIZE,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_NAME,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_NETWORK_TRANSPORT,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import { BUSINESS_FIELDS } from '../context/business-fields.js';
import {
  ATTR_FAILURE_CODE,
  ATTR_FAILURE_REASON,
  ATTR_FAILURE_RULE,
  ATTR_FAILURE_SERVICE,
  ATTR_FAILURE_SEVERITY,
  ATTR_HTTP_ABORTED,
  ATTR_SAMPLING_RATIO,
  ATTR_SAMPLING_RULE,
} from '../semconv/attributes.js';
import {
  boolean,
  errorName,
  host,
  identifier,
  identifiers,
  number,
  oneOf,
  sqlText,
  stackTrace,
  template,
  urlPath,
  type ValueRule,
} from './value-rules.js';

/** RFC 9110, PATCH and QUERY; what is none of them the semantic conventions call `_OTHER`. */
const HTTP_METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

/**
 * The allow-list: every attribute that may leave on a span, an event, a link, a log record or a metric, and what its
 * value must be. What is not here does not leave. An application adds its own with {@link allowAttribute}.
 */
const ATTRIBUTES: Readonly<Record<string, ValueRule>> = {
  ...Object.fromEntries(Object.values(BUSINESS_FIELDS).map((attribute) => [attribute, identifiers()])),
  'data.length': number,
  [ATTR_FAILURE_SEVERITY]: oneOf(['expected', 'fault']),
  [ATTR_FAILURE_REASON]: identifier(64),
  [ATTR_FAILURE_CODE]: identifier(64),
  [ATTR_FAILURE_SERVICE]: identifier(),
  [ATTR_FAILURE_RULE]: identifier(),
  [ATTR_HTTP_ABORTED]: boolean,
  [ATTR_SAMPLING_RULE]: identifier(64),
  [ATTR_SAMPLING_RATIO]: number,

  [ATTR_ERROR_TYPE]: errorName(),
  [ATTR_EXCEPTION_TYPE]: errorName(),
  [ATTR_EXCEPTION_STACKTRACE]: stackTrace,
  [ATTR_CODE_FUNCTION_NAME]: identifier(),
  [ATTR_CODE_LINE_NUMBER]: number,

  [ATTR_HTTP_REQUEST_METHOD]: oneOf(HTTP_METHODS, '_OTHER'),
  [ATTR_HTTP_RESPONSE_STATUS_CODE]: number,
  [ATTR_HTTP_ROUTE]: template(),
  [ATTR_URL_PATH]: urlPath(),
  [ATTR_URL_SCHEME]: oneOf(['http', 'https']),

  [ATTR_RPC_SYSTEM_NAME]: identifier(32),
  [ATTR_RPC_METHOD]: template(),
  [ATTR_RPC_STATUS_CODE]: identifier(32),
  // Of instrumentation-grpc, which still writes the names before these.
  'rpc.system': identifier(32),
  'rpc.service': identifier(),
  'rpc.grpc.status_code': number,

  // Where a call goes. Where one comes from is somebody's address, and does not leave.
  [ATTR_SERVER_ADDRESS]: host(),
  [ATTR_SERVER_PORT]: number,
  [ATTR_NETWORK_TRANSPORT]: oneOf(['tcp', 'udp', 'pipe', 'unix', 'quic']),
  [ATTR_NETWORK_PROTOCOL_NAME]: identifier(32),
  [ATTR_NETWORK_PROTOCOL_VERSION]: identifier(32),

  [ATTR_DB_SYSTEM_NAME]: identifier(32),
  [ATTR_DB_NAMESPACE]: identifier(),
  [ATTR_DB_OPERATION_NAME]: identifier(64),
  [ATTR_DB_OPERATION_BATCH_SIZE]: number,
  [ATTR_DB_COLLECTION_NAME]: identifier(),
  [ATTR_DB_QUERY_SUMMARY]: template(),
  [ATTR_DB_QUERY_TEXT]: sqlText,
  [ATTR_DB_RESPONSE_STATUS_CODE]: identifier(32),
  'db.postgresql.plan': identifier(),
  'db.postgresql.idle.timeout.millis': number,
  'db.postgresql.max.client': number,

  // The semantic conventions for messaging are not stable, so their constants are not to be imported.
  'messaging.system': identifier(32),
  'messaging.system.name': identifier(32),
  'messaging.operation.name': identifier(64),
  'messaging.operation.type': identifier(32),
  'messaging.destination.name': identifier(),
  'messaging.message.id': identifier(),
  'messaging.message.body.size': number,
  'messaging.batch.message_count': number,
  'messaging.consumer.group.name': identifier(),
};

const allowed = new Map<string, ValueRule>(Object.entries(ATTRIBUTES));

/** What the value of an attribute must be; `undefined` for one that is not on the list. */
export function ruleOf(attribute: string): ValueRule | undefined {
  return allowed.get(attribute);
}

/**
 * Declares an attribute of one's own and lets it leave:
 *
 * ```ts
 * export const ATTR_ALERT_LEVEL = allowAttribute('epro.alert.level', oneOf(['info', 'critical']));
 * ```
 *
 * @param rule `number`, `boolean`, `uuid()`, `oneOf([…])` or `identifier()`; never for what a person wrote
 * @returns the name
 * @throws TypeError where the list has it already: nothing that is allowed is widened
 */
export function allowAttribute<Name extends string>(name: Name, rule: ValueRule): Name {
  if (allowed.has(name)) throw new TypeError(`The attribute ${name} is allowed already, with a rule of its own.`);
  allowed.set(name, rule);
  return name;
}
