import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { expect } from 'vitest';
import type { GatewayConfig } from '../../src/config/gateway.config.js';
import { createGateway } from '../../src/create-gateway.js';
import { problemSchema } from '../../src/problem/problem.js';
import { MARKER } from './fixtures.js';
import { startFakeServices, type FakeServices } from './fake-services.js';

process.env['LOG_LEVEL'] ??= 'silent';

/** What fetch sends. */
export type RequestBody = NonNullable<RequestInit['body']>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON. */
  json: Record<string, unknown>;
}

export interface TestGateway {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly services: FakeServices;
  /** Sends a request, and checks what holds for every answer: see {@link expectWellFormed}. */
  call(method: string, path: string, init?: Omit<RequestInit, 'method'>): Promise<Answer>;
  get(path: string, token?: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** The real gateway on a port of its own, in front of services of this process. */
export async function startTestGateway(config: Partial<GatewayConfig> = {}): Promise<TestGateway> {
  const services = await startFakeServices();
  const app = await createGateway({
    host: '127.0.0.1',
    port: 0,
    addresses: services.addresses,
    requestTimeoutMs: 5000,
    analysisTimeoutMs: 1500,
    ...config,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const document = (await (await fetch(`${url}/docs-json`)).json()) as OpenAPIObject;
  const call: TestGateway['call'] = async (method, path, init = {}) => {
    const response = await fetch(url + path, { ...init, method });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, json: parsed(text) };
    expectWellFormed(answer);
    expectDocumented(document, method, path, answer);
    return answer;
  };
  return {
    app,
    url,
    services,
    call,
    get: (path, token) => call('GET', path, token ? { headers: bearer(token) } : {}),
    stop: async () => {
      await app.close();
      services.kill();
    },
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A submission's request, with what a test changes about it; a header that is undefined is left out. */
export function submission(
  body: RequestBody,
  headers: Record<string, string | undefined> = {},
): Pick<RequestInit, 'headers' | 'body'> {
  const all = { ...bearer('patient'), 'content-type': 'application/json', ...headers };
  return { body, headers: Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined) };
}

/** What holds for every answer of the gateway, whatever was asked. */
export function expectWellFormed({ status, headers, text, json }: Answer): void {
  const traceId = headers.get('x-trace-id');
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(headers.get('x-request-id')).toBeTruthy();
  expect(headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-0[01]$`));
  if (status < 400 || headers.get('content-type') === 'application/json; charset=utf-8') return;
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(json).toEqual(problemSchema.strict().parse(json));
  expect(json).toMatchObject({ status, traceId, requestId: headers.get('x-request-id') });
  expect(text).not.toContain(MARKER);
  expect(JSON.stringify([...headers])).not.toContain(MARKER);
}

/** An answer to a call that the API documents is one that it documents, in status and media type. */
function expectDocumented(document: OpenAPIObject, method: string, path: string, { status, headers }: Answer): void {
  const asked = path.split('?', 1)[0]?.split('/') ?? [];
  const template = Object.keys(document.paths).find((candidate) => {
    const parts = candidate.split('/');
    return parts.length === asked.length && parts.every((part, i) => part.startsWith('{') || part === asked[i]);
  });
  const operation = document.paths[template ?? '']?.[method.toLowerCase() as 'get'];
  if (!operation) return;
  const response = operation.responses[status];
  const mediaTypes = Object.keys((response as { content?: object } | undefined)?.content ?? {});
  expect({ call: `${method} ${template}`, status, mediaTypes }).toMatchObject({
    status,
    mediaTypes: expect.arrayContaining([headers.get('content-type')?.split(';', 1)[0]]) as string[],
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
