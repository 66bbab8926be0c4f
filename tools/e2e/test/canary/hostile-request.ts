import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { marker } from './markers.js';

export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object goes as JSON. */
  readonly body?: unknown;
}

export interface HostileAnswer {
  readonly status: number;
  readonly json: Record<string, unknown>;
  /** Status line, headers and body. */
  readonly bytes: Buffer;
}

let sent = 0;

/** Sends a request in whose every header and in whose query something is planted. */
export async function send(
  url: string,
  { method, path, token, headers, body }: HostileRequest,
): Promise<HostileAnswer> {
  const content = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(asText(body));
  const target = new URL(url);
  const request = httpRequest({
    host: target.hostname,
    port: target.port,
    method,
    path: `${path}${path.includes('?') ? '&' : '?'}${marker('QueryName')}=${marker('QueryValue')}`,
    agent: false,
    headers: {
      ...plantedHeaders(),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(content && { 'content-type': 'application/json', 'content-length': content.byteLength }),
      ...headers,
    },
  });
  // An answer to a body that is refused may come before all of it is sent.
  request.on('error', () => {});
  request.end(content);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const bytes = Buffer.concat((await response.toArray().catch(() => [])) as Buffer[]);
  return { status: response.statusCode ?? 0, json: parsed(bytes), bytes: withHead(response, bytes) };
}

/** Sends bytes that need not be HTTP, and gives back what comes until the connection ends. */
export async function sendBytes(url: string, bytes: Buffer | string): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.end(bytes);
  const chunks = await socket.toArray().catch(() => []);
  return Buffer.concat(chunks as Buffer[]);
}

/** What anybody may send beside what an API asks for. Every second request says that it continues a trace. */
function plantedHeaders(): OutgoingHttpHeaders {
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return {
    'x-request-id': HOSTILE_IDS[sent % HOSTILE_IDS.length],
    'x-biz-id': HOSTILE_IDS[(sent + 1) % HOSTILE_IDS.length],
    traceparent: sent++ % 2 === 0 ? traceparent : `00-${marker('Traceparent')}-01`,
    b3: marker('B3'),
    'x-b3-traceid': marker('B3TraceId'),
    'x-b3-spanid': marker('B3SpanId'),
    'x-b3-sampled': marker('B3Sampled'),
    tracestate: `zqxjk=${marker('Tracestate')}`,
    baggage: [
      `tenant.id=${marker('BaggageTenant')}`,
      `patient.id=${marker('BaggagePatient')};name=${marker('BaggageProperty')}`,
      `${marker('BaggageName')}=1`,
    ].join(),
    cookie: `session=${marker('Cookie')}`,
    'user-agent': marker('UserAgent'),
    referer: `http://${marker('Referer')}.example/`,
    'x-forwarded-for': marker('ForwardedFor'),
    forwarded: `for=${marker('Forwarded')}`,
    accept: `text/${marker('Accept')}`,
    [marker('HeaderName')]: marker('HeaderValue'),
  };
}

/** No identifiers: an identifier that a caller chose for its request is kept, and is to be found. */
const HOSTILE_IDS = [
  `${marker('IdInQuotes')} "Doe"`,
  `${marker('IdOfAddress')}@example.org`,
  `<script>${marker('IdOfMarkup')}</script>`,
  `%00${marker('IdOfEscapes')}%0d%0a`,
  marker('IdTooLong').repeat(20),
  `{"id":"${marker('IdOfJson')}"}`,
];

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function withHead({ statusMessage, rawHeaders }: IncomingMessage, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${statusMessage}\n${rawHeaders.join('\n')}\n`), body]);
}
