import { generateKeyPairSync } from 'node:crypto';
import type { DomainError } from '@epro/contracts';
import { startTestTelemetry } from '@epro/telemetry/testing';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { demoAndSeriousAuth } from './demo-and-serious-auth.js';

// Before pg is loaded, so that its statements are traced.
const telemetry = startTestTelemetry();

const signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let auth: Awaited<ReturnType<typeof demoAndSeriousAuth>>;

beforeAll(async () => {
  auth = await (await import('./demo-and-serious-auth.js')).demoAndSeriousAuth(signingKey);
});
afterAll(() => auth?.stop());
beforeEach(() => telemetry.reset());

const credentials = { tenant: 'aurora', username: 'patient-1', password: 'demo-password' };
const signIn = async (changes: Partial<typeof credentials> = {}) => {
  const { tokens } = await auth.demo.signIn({ ...credentials, ...changes });
  return tokens ?? expect.fail('no tokens');
};
const verify = (accessToken: string) => auth.demo.verifyToken({ accessToken });
const refresh = (refreshToken: string) => auth.demo.refreshToken({ refreshToken });
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call did not fail'),
    ({ code, reason, message }: DomainError) => ({ code, reason, message }),
  );
const setActive = (username: string, active: boolean) =>
  auth.admin.query("UPDATE auth.app_user SET active = $2 WHERE tenant_id = 'aurora' AND username = $1", [
    username,
    active,
  ]);

describe('SignIn', () => {
  it('gives tokens that say who it is', async () => {
    const tokens = await signIn();
    expect(tokens.expiresIn).toBe(900);
    const { identity } = await verify(tokens.accessToken);
    expect(identity).toEqual({
      userId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
      tenantId: 'aurora',
      username: 'patient-1',
      roles: ['ROLE_PARTICIPANT'],
      patientId: 'AUR-0001',
      studyId: 'AUR-STUDY-1',
      siteId: 'AUR-SITE-1',
    });
    expect(decodeProtectedHeader(tokens.accessToken)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(tokens.accessToken);
    expect(exp - iat).toBe(900);
    expect(claims).toEqual({
      iss: 'epro-auth',
      aud: 'epro',
      sub: identity?.userId,
      tenant: 'aurora',
      patient: 'AUR-0001',
      study: 'AUR-STUDY-1',
      site: 'AUR-SITE-1',
    });
  });

  it.each([
    ['coordinator', 'ROLE_SITE_COORDINATOR'],
    ['investigator', 'ROLE_INVESTIGATOR'],
    ['monitor', 'ROLE_MONITOR'],
    ['manager', 'ROLE_DATA_MANAGER'],
    ['auditor', 'ROLE_AUDITOR'],
    ['admin', 'ROLE_ADMINISTRATOR'],
  ])('knows the role of %s, who is no patient', async (username, role) => {
    const { accessToken } = await signIn({ tenant: 'borealis', username });
    const { identity } = await verify(accessToken);
    expect(identity).toMatchObject({ tenantId: 'borealis', roles: [role], patientId: '' });
  });

  it('says the same for whatever does not match', async () => {
    await setActive('patient-5', false);
    const failures = [
      { password: 'wrong' },
      { password: '' },
      { password: `demo-password${' '.repeat(300)}` },
      { password: 'x'.repeat(100_000) },
      { username: 'nobody' },
      { username: '' },
      { username: 'patient-1\0' },
      { username: "' OR true --" },
      { username: '\ud800' },
      { username: 'x'.repeat(100_000) },
      { username: 'patient-5' },
      { tenant: 'nowhere' },
      { tenant: '' },
      { tenant: 'Aurora' },
      { tenant: "aurora' OR true --" },
      { tenant: 'x'.repeat(100_000) },
    ].map((changes) => failureOf(signIn(changes)));
    const expected = { code: 'UNAUTHENTICATED', reason: 'INVALID_CREDENTIALS', message: expect.any(String) as string };
    const [first, ...others] = await Promise.all(failures);
    expect(first).toEqual(expected);
    for (const other of others) expect(other).toEqual(first);
    await setActive('patient-5', true);
    await signIn({ username: 'patient-5' });
  });

  it('does the same work for a tenant or a user that does not exist', async () => {
    const work = async (changes: Partial<typeof credentials>) => {
      telemetry.reset();
      const started = process.cpuUsage();
      await failureOf(signIn(changes));
      const { user, system } = process.cpuUsage(started);
      const statements = telemetry.spans().filter(({ kind, name }) => kind === SpanKind.CLIENT && !name.includes('/'));
      return { cpu: user + system, statements: statements.map(({ name }) => name) };
    };
    await work({ password: 'wrong' });
    const median = async (changes: Partial<typeof credentials>) => {
      const runs: Awaited<ReturnType<typeof work>>[] = [];
      for (let run = 0; run < 7; run++) runs.push(await work(changes));
      expect(new Set(runs.flatMap(({ statements }) => statements))).toEqual(new Set(['SELECT auth.find_user']));
      return runs.map(({ cpu }) => cpu).sort((a, b) => a - b)[3] ?? 0;
    };
    const known = await median({ password: 'wrong' });
    // Without the check against a decoy it is a small fraction.
    for (const changes of [{ username: 'nobody' }, { tenant: 'nowhere' }, { tenant: '?' }]) {
      expect(await median(changes)).toBeGreaterThan(known / 2);
    }
  });

  it('lets the demo password in nowhere but in a demo', async () => {
    expect(await failureOf(auth.serious.signIn(credentials))).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await signIn();
  });

  it('keeps no token and no password, only what they can be checked with', async () => {
    const { refreshToken } = await signIn({ username: 'patient-2' });
    const { rows } = await auth.admin.query<{ kept: string }>(
      `SELECT row_to_json(t)::text AS kept FROM auth.refresh_token t
       UNION ALL SELECT row_to_json(u)::text FROM auth.app_user u`,
    );
    const kept = rows.map((row) => row.kept).join('\n');
    expect(kept).not.toContain(refreshToken.split('.')[1]);
    expect(kept).not.toContain('demo-password');
    expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});

describe('VerifyToken', () => {
  const refused = { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' };

  it('refuses an access token whose user is no longer active, at once', async () => {
    const { accessToken } = await signIn({ username: 'patient-3' });
    await setActive('patient-3', false);
    expect(await failureOf(verify(accessToken))).toMatchObject(refused);
    await setActive('patient-3', true);
    await verify(accessToken);
  });

  it('gives the roles of now, not those of the sign-in', async () => {
    const { accessToken } = await signIn({ username: 'monitor' });
    const setRoles = (roles: string[]) =>
      auth.admin.query("UPDATE auth.app_user SET roles = $1 WHERE tenant_id = 'aurora' AND username = 'monitor'", [
        roles,
      ]);
    await setRoles(['auditor', 'monitor']);
    expect((await verify(accessToken)).identity?.roles).toEqual(['ROLE_AUDITOR', 'ROLE_MONITOR']);
    await setRoles(['monitor']);
  });

  it('refuses what is no token of this service, with one text', async () => {
    const { accessToken, refreshToken } = await signIn();
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const forged = Buffer.from(JSON.stringify({ ...decodeJwt(accessToken), tenant: 'borealis' })).toString('base64url');
    const texts = ['', 'x', refreshToken, `${header}.${payload}.`, `${header}.${forged}.${signature}`, 'a'.repeat(1e5)];
    const [first, ...others] = await Promise.all(texts.map((text) => failureOf(verify(text))));
    expect(first).toMatchObject(refused);
    for (const other of others) expect(other).toEqual(first);
  });

  it('costs one statement, found by tenant, patient and user', async () => {
    const { accessToken } = await signIn();
    const { identity } = await verify(accessToken);
    telemetry.reset();
    await verify(accessToken);
    const spans = telemetry.spans();
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER) ?? expect.fail('no SERVER span');
    const within = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === server.spanContext().spanId);
    expect(within.map(({ name }) => name)).toEqual(['pg-pool.connect', 'SELECT auth.active_user']);
    for (const span of [server, ...within]) {
      expect(span.attributes).toMatchObject({
        'tenant.id': 'aurora',
        'patient.id': 'AUR-0001',
        'user.id': identity?.userId,
        'study.id': 'AUR-STUDY-1',
        'site.id': 'AUR-SITE-1',
      });
    }
    expect(server.attributes['user.role']).toBe('participant');
  });
});

describe('RefreshToken', () => {
  const refused = { code: 'UNAUTHENTICATED', reason: 'INVALID_REFRESH_TOKEN' };

  it('exchanges a token once, again and again', async () => {
    const first = await signIn();
    const { tokens: second } = await refresh(first.refreshToken);
    const { tokens: third } = await refresh(second?.refreshToken ?? '');
    expect((await verify(third?.accessToken ?? '')).identity?.username).toBe('patient-1');
    expect(new Set([first, second, third].map((tokens) => tokens?.refreshToken)).size).toBe(3);
  });

  it('ends the whole family when a used token comes back, and no other', async () => {
    const [stolen, other] = [await signIn(), await signIn()];
    const { tokens: successor } = await refresh(stolen.refreshToken);
    expect(await failureOf(refresh(stolen.refreshToken))).toMatchObject(refused);
    expect(await failureOf(refresh(successor?.refreshToken ?? ''))).toMatchObject(refused);
    await refresh(other.refreshToken);
  });

  it('is exchanged by one of many that try at once', async () => {
    const { refreshToken } = await signIn();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => refresh(refreshToken)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses a token that expired, that is unknown, or whose user or tenant does not match', async () => {
    const expired = await signIn({ username: 'auditor' });
    await auth.admin.query(
      `UPDATE auth.refresh_token t SET expires_at = now() FROM auth.app_user u
       WHERE u.user_id = t.user_id AND u.username = 'auditor'`,
    );
    const inactive = await signIn({ username: 'patient-4' });
    await setActive('patient-4', false);
    const good = await signIn();
    const texts = [
      expired.refreshToken,
      inactive.refreshToken,
      good.refreshToken.replace('aurora', 'borealis'),
      `aurora.${'A'.repeat(43)}`,
      'aurora.',
      '',
      good.accessToken,
      "x'.y",
      'a'.repeat(1e5),
    ];
    const [first, ...others] = await Promise.all(texts.map((text) => failureOf(refresh(text))));
    expect(first).toMatchObject(refused);
    for (const other of others) expect(other).toEqual(first);
    await setActive('patient-4', true);
    await refresh(good.refreshToken);
  });

  it('clears away what a user has left of expired tokens', async () => {
    await signIn({ username: 'manager' });
    const count = async () => {
      const { rows } = await auth.admin.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM auth.refresh_token JOIN auth.app_user USING (tenant_id, user_id)
         WHERE tenant_id = 'aurora' AND username = 'manager'`,
      );
      return rows[0]?.n;
    };
    await signIn({ username: 'manager' });
    expect(await count()).toBe(2);
    await auth.admin.query("UPDATE auth.refresh_token SET expires_at = now() - interval '1 second'");
    await signIn({ username: 'manager' });
    expect(await count()).toBe(1);
  });
});

describe('what telemetry holds', () => {
  const attributes = () =>
    JSON.stringify(telemetry.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]));

  it('is nothing of what a caller typed, until it matched', async () => {
    const canary = 'canary-7f3a';
    await failureOf(signIn({ tenant: canary, username: canary, password: canary }));
    await failureOf(signIn({ username: canary, password: canary }));
    await failureOf(signIn({ password: canary }));
    await failureOf(verify(canary));
    await failureOf(refresh(`${canary}.${'A'.repeat(43)}`));
    expect(attributes()).not.toContain(canary);
    expect(attributes()).not.toContain('aurora');
    expect(telemetry.spans().every(({ status }) => status.code !== SpanStatusCode.ERROR || !status.message)).toBe(true);
    const servers = telemetry.spans().filter(({ kind }) => kind === SpanKind.SERVER);
    expect(servers).toHaveLength(5);
    for (const { status } of servers) expect(status.code).not.toBe(SpanStatusCode.ERROR);
  });

  it('is who it was once the sign-in succeeded, and never a credential', async () => {
    const { accessToken, refreshToken } = await signIn({ username: 'patient-2' });
    const server = telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.attributes).toMatchObject({ 'tenant.id': 'aurora', 'patient.id': 'AUR-0002' });
    for (const secret of ['demo-password', 'argon2', accessToken, refreshToken, 'patient-2']) {
      expect(attributes()).not.toContain(secret);
    }
  });
});
