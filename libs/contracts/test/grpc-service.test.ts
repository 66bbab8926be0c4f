import { Module, type INestMicroservice } from '@nestjs/common';
import { freePort } from '@epro/free-port';
import { startTestTelemetry } from '@epro/telemetry/testing';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AuthServiceService,
  createGrpcClient,
  currentDeadline,
  DomainError,
  GrpcService,
  Role,
  runGrpcService,
  runWithDeadline,
  type GrpcClient,
  type GrpcServiceHandlers,
  type RefreshTokenRequest,
  type RefreshTokenResponse,
  type SignInRequest,
  type SignInResponse,
  type VerifyTokenRequest,
  type VerifyTokenResponse,
} from '../src/index.js';

const telemetry = startTestTelemetry();
const seen: { left?: number; service?: GrpcClient<typeof AuthServiceService> } = {};

@GrpcService(AuthServiceService)
class AuthController implements GrpcServiceHandlers<typeof AuthServiceService> {
  signIn(request: SignInRequest): SignInResponse {
    if (request.username === 'nobody')
      throw new DomainError('UNAUTHENTICATED', 'BAD_CREDENTIALS', 'Sign-in failed.', { metadata: { try: '1' } });
    if (request.username === 'words') throw 'Jane Doe'; // eslint-disable-line @typescript-eslint/only-throw-error -- what a careless library may do
    throw new TypeError(`cannot read ${request.password}`);
  }

  async refreshToken(request: RefreshTokenRequest): Promise<RefreshTokenResponse> {
    seen.left = (currentDeadline() ?? NaN) - Date.now();
    if (request.refreshToken === 'ask on') await seen.service!.refreshToken({ refreshToken: '' });
    if (request.refreshToken === 'hang') await new Promise(() => {});
    return { tokens: undefined };
  }

  verifyToken({ accessToken }: VerifyTokenRequest): Promise<VerifyTokenResponse> {
    const identity = {
      userId: accessToken,
      tenantId: 'aurora',
      username: '',
      roles: [Role.ROLE_PARTICIPANT],
      patientId: '',
      studyId: '',
      siteId: '',
    };
    return Promise.resolve({ identity });
  }
}

@Module({ controllers: [AuthController] })
class TestModule {}

let app: INestMicroservice;
let auth: GrpcClient<typeof AuthServiceService>;

beforeAll(async () => {
  const port = await freePort();
  auth = createGrpcClient(AuthServiceService, { address: `127.0.0.1:${port}` });
  seen.service = auth;
  app = await runGrpcService(TestModule, { definition: AuthServiceService, host: '127.0.0.1', port });
});
afterAll(async () => {
  auth.close();
  await app.close();
});
beforeEach(() => telemetry.reset());

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as DomainError,
  );

describe('a generated service on Nest', () => {
  it('answers a typed client', async () => {
    const { identity } = await auth.verifyToken({ accessToken: 'me' });
    expect(identity).toMatchObject({ userId: 'me', roles: [Role.ROLE_PARTICIPANT] });
  });

  it('passes a domain error on as itself', async () => {
    const error = await failure(auth.signIn({ tenant: '', username: 'nobody', password: '' }));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'BAD_CREDENTIALS',
      message: 'Sign-in failed.',
      metadata: { try: '1' },
      expected: true,
    });
    const server = telemetry.spans().find((span) => span.kind === SpanKind.SERVER);
    expect(server).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      events: [],
      attributes: { 'epro.failure.reason': 'BAD_CREDENTIALS' },
    });
  });

  it.each(['secret', 'words'])(
    'answers any other failure without its words, and survives it (%s)',
    async (username) => {
      const error = await failure(auth.signIn({ tenant: '', username, password: 'Jane Doe' }));
      expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', expected: false });
      expect(error?.message).not.toContain('Jane');
      const server = telemetry.spans().find((span) => span.kind === SpanKind.SERVER);
      expect(server?.status.code).toBe(SpanStatusCode.ERROR);
      expect(server?.events.map(({ name }) => name)).toEqual(['exception']);
      expect(JSON.stringify([server?.events, server?.attributes, server?.status])).not.toContain('Jane');
      await expect(auth.verifyToken({ accessToken: 'me' })).resolves.toBeDefined();
    },
  );

  it('is UNAVAILABLE where nobody listens, and says which service', async () => {
    const nobody = createGrpcClient(AuthServiceService, { address: '127.0.0.1:1' });
    expect(await failure(nobody.verifyToken({ accessToken: '' }))).toMatchObject({
      code: 'UNAVAILABLE',
      metadata: { service: 'epro.auth.v1.AuthService' },
    });
    nobody.close();
  });
});

describe('the deadline', () => {
  it("is on every call, the client's own where the request has none", async () => {
    await auth.refreshToken({ refreshToken: '' });
    expect(seen.left).toBeGreaterThan(4000);
    expect(seen.left).toBeLessThanOrEqual(5000);
  });

  it('shrinks as it is passed on', async () => {
    const budget = 1000;
    await runWithDeadline(Date.now() + budget, () => auth.refreshToken({ refreshToken: 'ask on' }));
    // Two hops, each of which keeps its allowance.
    expect(seen.left).toBeLessThanOrEqual(budget - 20);
  });

  it('ends a call that takes longer', async () => {
    const call = runWithDeadline(Date.now() + 100, () => auth.refreshToken({ refreshToken: 'hang' }));
    expect(await failure(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED', expected: false });
  });
});
