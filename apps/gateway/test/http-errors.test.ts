import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MARKER } from './support/fixtures.js';
import { expectWellFormed, startTestGateway, type TestGateway } from './support/test-gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

/** Sends bytes and reads until the server closes the connection. */
async function raw(request: string): Promise<{ status: number; headers: Headers; text: string }> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.end(request);
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  const [head = '', text = ''] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((line): [string, string] => [
    line.split(': ', 1)[0] ?? '',
    line.slice(line.indexOf(': ') + 2),
  ]);
  return { status: Number(statusLine.split(' ')[1]), headers: new Headers(pairs), text };
}

describe('what no route answers', () => {
  it.each([
    ['GET', `/${MARKER}`],
    ['GET', '/'],
    ['GET', '/api/v1/me/'],
    ['POST', `/api/v1/${MARKER}`],
    ['GET', `/docs/${MARKER}`],
    ['GET', `/?${MARKER}=%zz`],
  ])('%s %s is 404', async (method, path) => {
    const { status, json } = await gateway.call(method, path);
    expect(status).toBe(404);
    expect(json['code']).toBe('NO_SUCH_RESOURCE');
  });

  it.each([
    ['DELETE', '/api/v1/me', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['GET', '/api/v1/submissions', 'POST'],
    ['PUT', `/api/v1/submissions/${MARKER}`, 'GET, HEAD'],
    ['GET', '/api/v1/auth/token', 'POST'],
  ])('%s %s is 405 and tells what is allowed', async (method, path, allow) => {
    const { status, headers } = await gateway.call(method, path, {
      ...(method === 'PUT' && { body: MARKER, headers: { 'content-type': MARKER } }),
    });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allow);
  });

  it.each(['/%zz', `/api/v1/submissions/${MARKER}%`, '/%c3%28', `/%?${MARKER}`])('%s is 400', async (path) => {
    const { status, json } = await gateway.call('GET', path);
    expect(status).toBe(400);
    expect(json['code']).toBe('MALFORMED_URL');
  });
});

describe('what Node or its HTTP parser refuses', () => {
  it.each([
    ['text of another kind', `${MARKER}\r\n\r\n`, 400],
    ['a method that there is not', `${MARKER} / HTTP/1.1\r\nhost: x\r\n\r\n`, 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${MARKER.repeat(2000)}\r\n\r\n`, 431],
    ['a request without a host', `GET /${MARKER} HTTP/1.1\r\nconnection: close\r\n\r\n`, 400],
    [
      'an expectation that is not known',
      `GET / HTTP/1.1\r\nhost: x\r\nexpect: ${MARKER}\r\nconnection: close\r\n\r\n`,
      404,
    ],
    [
      'a body of no form',
      `POST /api/v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${MARKER}\r\n`,
      400,
    ],
    ['a target without a path', `OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 404],
  ])('%s is answered like any error', async (_case, request, expected) => {
    const { status, headers, text } = await raw(request);
    expect(status).toBe(expected);
    expectWellFormed({ status, headers, text, json: JSON.parse(text) as Record<string, unknown> });
  });
});

describe('every answer', () => {
  it('keeps a usable request id of the caller and drops any other', async () => {
    const kept = await gateway.call('GET', '/healthz', { headers: { 'x-request-id': 'visit-7' } });
    expect(kept.headers.get('x-request-id')).toBe('visit-7');
    const dropped = await gateway.call('GET', '/nowhere', { headers: { 'x-request-id': `<${MARKER}>` } });
    expect(dropped.json['requestId']).toBe(dropped.headers.get('x-trace-id'));
  });

  it('tells browsers what they may do with it', async () => {
    const { headers } = await gateway.call('GET', '/nowhere');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});
