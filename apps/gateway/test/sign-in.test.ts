import { DomainError } from '@epro/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { meSchema } from '../src/auth/auth.schemas.js';
import { MARKER } from './support/fixtures.js';
import { startTestGateway, type TestGateway } from './support/test-gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.services.reset());

const post = (path: string, body: unknown) =>
  gateway.call('POST', `/api/v1/auth/${path}`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${MARKER}` },
    body: JSON.stringify(body),
  });

const CREDENTIALS = { tenant: 'aurora', username: 'patient-1', password: 'demo-password' };
const TOKENS = { access_token: 'access', token_type: 'Bearer', expires_in: 900, refresh_token: 'refresh' };

describe('tokens', () => {
  it('are given for a password and for a refresh token, and kept out of caches', async () => {
    for (const answer of [await post('token', CREDENTIALS), await post('refresh', { refresh_token: 'refresh' })]) {
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual(TOKENS);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each([
    ['token', { ...CREDENTIALS, password: MARKER }],
    ['refresh', { refresh_token: MARKER }],
  ])('%s: 401 with a challenge for credentials that do not hold', async (path, body) => {
    const { status, headers, json } = await post(path, body);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="epro"');
    expect(json['code']).toBe('INVALID_CREDENTIALS');
  });

  it.each([
    ['token', { tenant: MARKER }, ['username', 'password']],
    ['token', { ...CREDENTIALS, password: { [MARKER]: MARKER } }, ['password']],
    ['token', { ...CREDENTIALS, username: '', tenant: MARKER.repeat(10) }, ['tenant', 'username']],
    ['token', MARKER, ['body']],
    ['refresh', { token: MARKER }, ['refresh_token']],
  ])('%s: 400 that names each field that is wrong in %j', async (path, body, fields) => {
    const { status, json } = await post(path, body);
    expect(status).toBe(400);
    expect((json['errors'] as { expression: string }[]).map(({ expression }) => expression)).toEqual(fields);
  });

  it('429 with Retry-After, as long as auth says', async () => {
    gateway.services.handlers.signIn = () => {
      throw new DomainError('RESOURCE_EXHAUSTED', 'TOO_MANY_ATTEMPTS', 'Try later.', {
        metadata: { retryAfterSeconds: '37' },
      });
    };
    const { status, headers } = await post('token', CREDENTIALS);
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('37');
  });
});

describe('me', () => {
  it('tells a patient who they are', async () => {
    const { status, json } = await gateway.get('/api/v1/me', 'patient');
    expect(status).toBe(200);
    expect(meSchema.strict().parse(json)).toEqual({
      userId: 'user-of-patient',
      username: 'patient',
      tenant: 'aurora',
      roles: ['participant'],
      patientId: 'AUR-0001',
      studyId: 'AUR-STUDY-1',
      siteId: 'AUR-SITE-1',
    });
  });

  it('leaves out what staff do not have', async () => {
    const { json } = await gateway.get('/api/v1/me', 'borealis-coordinator');
    expect(json).toEqual({
      userId: 'user-of-borealis-coordinator',
      username: 'borealis-coordinator',
      tenant: 'borealis',
      roles: ['site-coordinator'],
    });
  });

  it('401 without a token', async () => {
    expect((await gateway.get('/api/v1/me')).status).toBe(401);
  });
});
