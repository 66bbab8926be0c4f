import {
  AnalyzeSubmissionResponse,
  AnalysisServiceService,
  AuthServiceService,
  DomainError,
  StorageServiceService,
  ValidationServiceService,
  type SaveSubmissionRequest,
  type Submission,
} from '@epro/contracts';
import { serveGrpc, type TestGrpcServer, type TestHandlers } from '@epro/contracts/testing';
import type { GatewayConfig } from '../../src/config/gateway.config.js';
import { IDENTITIES, QUESTIONNAIRE, QUESTIONNAIRE_REF, SUBMISSION } from './fixtures.js';

type Handlers<Definition extends Parameters<typeof serveGrpc>[0]> = {
  -readonly [Name in keyof Definition]: NonNullable<TestHandlers<Definition>[Name]>;
};

export type FakeHandlers = Handlers<AuthServiceService> &
  Handlers<ValidationServiceService> &
  Handlers<StorageServiceService> &
  Handlers<AnalysisServiceService>;

export interface FakeServices {
  readonly addresses: GatewayConfig['addresses'];
  readonly servers: Record<keyof GatewayConfig['addresses'], TestGrpcServer>;
  /** What the services do; a test replaces what it is about, and `reset` puts it back. */
  handlers: FakeHandlers;
  /** What storage was asked to save, in order. */
  readonly saved: SaveSubmissionRequest[];
  reset(): void;
  kill(): void;
}

const TOKENS = { accessToken: 'access', refreshToken: 'refresh', expiresIn: 900 };

const refused = () => new DomainError('UNAUTHENTICATED', 'INVALID_CREDENTIALS', 'The credentials are not valid.');
const notFound = () => new DomainError('NOT_FOUND', 'NOT_FOUND', 'There is nothing with this id.');

/** Services that behave well: the people of the fixtures, one questionnaire, and a storage with idempotency keys. */
function wellBehaved(saved: SaveSubmissionRequest[]): FakeHandlers {
  const stored = new Map<string, { body: string; submission: Submission }>();
  return {
    signIn: ({ password }) => {
      if (password !== 'demo-password') throw refused();
      return { tokens: TOKENS };
    },
    refreshToken: ({ refreshToken }) => {
      if (refreshToken !== 'refresh') throw refused();
      return { tokens: TOKENS };
    },
    verifyToken: ({ accessToken }) => {
      const identity = IDENTITIES.get(accessToken);
      if (!identity) throw new DomainError('UNAUTHENTICATED', 'INVALID_TOKEN', 'The access token is not valid.');
      return { identity };
    },
    listQuestionnaires: () => ({ questionnaires: [QUESTIONNAIRE] }),
    getQuestionnaire: ({ id, version }) => {
      if (id !== 'phq-9' || !['', '1.0.0'].includes(version)) throw notFound();
      return { questionnaire: QUESTIONNAIRE };
    },
    validateSubmission: () => ({ questionnaire: QUESTIONNAIRE_REF, issues: [] }),
    saveSubmission: (request) => {
      saved.push(request);
      const key = `${request.actor?.tenantId} ${request.actor?.userId} ${request.idempotencyKey}`;
      const body = request.questionnaireResponse.toString();
      const before = stored.get(key);
      if (before && before.body !== body) {
        throw new DomainError('ALREADY_EXISTS', 'IDEMPOTENCY_KEY_REUSED', 'The key was used for another body.');
      }
      const submission = before?.submission ?? SUBMISSION;
      stored.set(key, { body, submission });
      return { submission, replayed: before !== undefined };
    },
    getSubmission: ({ actor, submissionId, patientId }) => {
      const mine = patientId === '' || patientId === SUBMISSION.patientId;
      if (actor?.tenantId !== 'aurora' || submissionId !== SUBMISSION.id || !mine) throw notFound();
      return {
        submission: SUBMISSION,
        questionnaireResponse: Buffer.from('{"resourceType":"QuestionnaireResponse","item":[{"valueDecimal":1.10}]}'),
      };
    },
    analyzeSubmission: () => AnalyzeSubmissionResponse.fromPartial({ analysis: { algorithm: 'test' } }),
  };
}

/** The four services in this process, each on a port of its own. */
export async function startFakeServices(): Promise<FakeServices> {
  const saved: SaveSubmissionRequest[] = [];
  const services = { saved, handlers: wellBehaved(saved) };
  const now = () => services.handlers;
  const [auth, validation, storage, analysis] = await Promise.all([
    serveGrpc(AuthServiceService, {
      signIn: (request) => now().signIn(request),
      refreshToken: (request) => now().refreshToken(request),
      verifyToken: (request) => now().verifyToken(request),
    }),
    serveGrpc(ValidationServiceService, {
      listQuestionnaires: (request) => now().listQuestionnaires(request),
      getQuestionnaire: (request) => now().getQuestionnaire(request),
      validateSubmission: (request) => now().validateSubmission(request),
    }),
    serveGrpc(StorageServiceService, {
      saveSubmission: (request) => now().saveSubmission(request),
      getSubmission: (request) => now().getSubmission(request),
    }),
    serveGrpc(AnalysisServiceService, { analyzeSubmission: (request) => now().analyzeSubmission(request) }),
  ]);
  const servers = { auth, validation, storage, analysis };
  return Object.assign(services, {
    servers,
    addresses: {
      auth: auth.address,
      validation: validation.address,
      storage: storage.address,
      analysis: analysis.address,
    },
    reset: () => {
      saved.length = 0;
      services.handlers = wellBehaved(saved);
    },
    kill: () => Object.values(servers).forEach((server) => server.kill()),
  });
}
