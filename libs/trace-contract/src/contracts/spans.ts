import type { AttributeRule, ExpectedSpan } from '../trace-contract.js';
import type { Attributes } from './rules.js';

/** gRPC statuses that are a server's own fault, and make its span ERROR. OpenTelemetry semantic conventions, gRPC. */
const SERVER_FAULTS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** What a call that could not be served may end with. */
const UNREACHED = ['UNAVAILABLE', 'DEADLINE_EXCEEDED'];

interface Route {
  readonly method: string;
  readonly route: string;
  readonly statusCodes: readonly number[];
  readonly attributes: Attributes;
  readonly children: readonly ExpectedSpan[];
}

/** The span of an HTTP request at the gateway; it may continue the trace of whoever sent it. */
export function httpRequest({ method, route, statusCodes, attributes, children }: Route): ExpectedSpan {
  const isFault = statusCodes.every((code) => code >= 500);
  return {
    service: 'epro-gateway',
    name: `${method} ${route}`,
    kind: 'SERVER',
    status: isFault ? 'ERROR' : 'UNSET',
    remoteParent: true,
    attributes: {
      'http.request.method': { equals: method },
      'url.scheme': { oneOf: ['http', 'https'] },
      'url.path': pathOf(route),
      'http.route': { equals: route },
      'http.response.status_code': { oneOf: statusCodes },
      ...(isFault && { 'error.type': 'present' }),
      ...attributes,
    },
    children,
  };
}

/** Of a parameter, only a UUID is recorded as it is. */
function pathOf(route: string): AttributeRule {
  if (!route.includes('/:')) return { equals: route };
  return { matches: `^${route.replaceAll(/:[^/]+/g, (parameter) => `(${parameter}|${UUID})`)}$`, example: route };
}

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** A gRPC method and who serves it. */
export interface Method {
  readonly service: string;
  /** Fully qualified: `epro.auth.v1.AuthService/VerifyToken`. */
  readonly name: string;
}

interface Call {
  readonly method: Method;
  readonly attributes: Attributes;
  /** gRPC status name it ends with; `OK` if not given. */
  readonly code?: string;
  /** What the service does, below its own span. */
  readonly children?: readonly ExpectedSpan[];
}

/** A call from the gateway that its service answered: the caller's span, below it the service's. */
export function rpc({ method, attributes, code = 'OK', children = [] }: Call): ExpectedSpan {
  return {
    ...callerOf(method, { equals: code }, attributes, code !== 'OK'),
    children: [
      {
        service: method.service,
        name: method.name,
        kind: 'SERVER',
        status: SERVER_FAULTS.has(code) ? 'ERROR' : 'UNSET',
        attributes: {
          ...rpcAttributes(method),
          'rpc.status_code': { equals: code },
          ...(SERVER_FAULTS.has(code) && { 'error.type': 'present' }),
          ...attributes,
        },
        children,
      },
    ],
  };
}

/** A call that reached nobody. */
export function unreachedRpc({ method, attributes }: Pick<Call, 'method' | 'attributes'>): ExpectedSpan {
  return callerOf(method, { oneOf: UNREACHED }, attributes, true);
}

/**
 * A call that its service received and failed in, or that was given up on: whatever of its work was done may be
 * there, in whatever state, and may go on after the caller has left.
 */
export function brokenRpc({ method, attributes, children = [] }: Omit<Call, 'code'>): ExpectedSpan {
  return {
    ...callerOf(method, 'present', attributes, true),
    children: [
      {
        service: method.service,
        name: method.name,
        kind: 'SERVER',
        status: ['ERROR', 'UNSET'],
        outlivesParent: true,
        attributes: { ...rpcAttributes(method), 'rpc.status_code': 'present' },
        children: children.map(asFarAsItCame),
      },
    ],
  };
}

function callerOf(method: Method, code: Attributes[string], attributes: Attributes, isFailure: boolean): ExpectedSpan {
  return {
    service: 'epro-gateway',
    name: method.name,
    kind: 'CLIENT',
    status: isFailure ? 'ERROR' : 'UNSET',
    attributes: {
      ...rpcAttributes(method),
      'rpc.status_code': code,
      'server.address': 'present',
      'server.port': { type: 'number' },
      ...(isFailure && { 'error.type': code }),
      ...attributes,
    },
  };
}

const rpcAttributes = ({ name }: Method): Attributes => ({
  'rpc.system.name': { equals: 'grpc' },
  'rpc.method': { equals: name },
});

function asFarAsItCame(span: ExpectedSpan): ExpectedSpan {
  const children = span.children && { children: span.children.map(asFarAsItCame) };
  return { ...span, occurs: 'optional', status: ['UNSET', 'ERROR'], outlivesParent: true, ...children };
}

/** A step that a service names. */
export function step(
  service: string,
  name: string,
  attributes: Attributes,
  children: readonly ExpectedSpan[] = [],
): ExpectedSpan {
  return { service, name, kind: 'INTERNAL', status: 'UNSET', attributes, children };
}

interface Statement {
  readonly service: string;
  /** Upper case: `SELECT`. */
  readonly operation: string;
  /** The table or function, with its schema. */
  readonly target?: string;
  readonly attributes: Attributes;
}

/** One SQL statement, in the span of the service that sent it. */
export function sql({ service, operation, target, attributes }: Statement): ExpectedSpan {
  const name = target ? `${operation} ${target}` : operation;
  return {
    service,
    name,
    kind: 'CLIENT',
    status: 'UNSET',
    attributes: {
      'db.system.name': { equals: 'postgresql' },
      'db.namespace': 'present',
      'db.query.text': 'present',
      'db.operation.name': { equals: operation },
      'db.query.summary': { equals: name },
      ...(target && { 'db.collection.name': { equals: target } }),
      ...attributes,
    },
  };
}

/** Waiting for a connection to the database. */
export const CONNECT = 'pg-pool.connect';

export function connection(service: string, attributes: Attributes): ExpectedSpan {
  return {
    service,
    name: CONNECT,
    kind: 'INTERNAL',
    status: 'UNSET',
    attributes: { 'db.system.name': { equals: 'postgresql' }, 'db.namespace': 'present', ...attributes },
  };
}
