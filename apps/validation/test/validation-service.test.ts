import {
  createGrpcClient,
  runGrpcService,
  ValidationServiceService,
  type DomainError,
  type GrpcClient,
} from '@epro/contracts';
import { freePort } from '@epro/free-port';
import { composeResponse, findQuestionnaire } from '@epro/instruments';
import { startTestTelemetry } from '@epro/telemetry/testing';
import { Module, type INestMicroservice } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { QuestionnaireCatalogue } from '../src/questionnaires/questionnaire-catalogue.js';
import { SubmissionValidator } from '../src/submissions/submission-validator.js';
import { ValidationController } from '../src/validation.controller.js';

const telemetry = startTestTelemetry();
const note = 'CANARY-9d1c';

const broken = {
  provide: QuestionnaireCatalogue,
  useValue: {
    resolve: () => {
      throw new TypeError(`cannot read "${note}"`);
    },
  },
};

/** The service with a defect at the heart of the validator. */
@Module({ controllers: [ValidationController], providers: [broken, SubmissionValidator] })
class BrokenModule {}

const apps: INestMicroservice[] = [];
let client: GrpcClient<typeof ValidationServiceService>;
let brokenClient: GrpcClient<typeof ValidationServiceService>;

async function serve(module: new (...args: never[]) => unknown): Promise<string> {
  const port = await freePort();
  apps.push(await runGrpcService(module, { definition: ValidationServiceService, host: '127.0.0.1', port }));
  return `127.0.0.1:${port}`;
}

beforeAll(async () => {
  const addresses = [await serve(AppModule), await serve(BrokenModule)] as const;
  client = createGrpcClient(ValidationServiceService, { address: addresses[0] });
  brokenClient = createGrpcClient(ValidationServiceService, { address: addresses[1] });
});
afterAll(async () => {
  for (const each of [client, brokenClient]) each.close();
  for (const app of apps) await app.close();
});
beforeEach(() => telemetry.reset());

const diary = findQuestionnaire('daily-symptom-diary') ?? expect.fail('no diary');
const submission = (answers: Record<string, number | boolean | string>) => ({
  questionnaireResponse: Buffer.from(JSON.stringify(composeResponse(diary, { note, ...answers }))),
  patientId: 'AUR-0001',
});
const complete = { pain: 3, tiredness: 1, stomach: 0, sleep: 0, dizziness: 0, mood: 0, 'dose-taken': true };

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call did not fail'),
    (error: unknown) => error as DomainError,
  );

describe('the validation service', () => {
  it('lists, gets and validates over gRPC', async () => {
    const { questionnaires } = await client.listQuestionnaires({});
    const { questionnaire } = await client.getQuestionnaire({ id: 'phq-9', version: '' });
    expect(questionnaires[0]).toEqual(questionnaire);
    expect(JSON.parse(Buffer.from(questionnaire?.resource ?? []).toString())).toEqual(findQuestionnaire('phq-9'));
    expect(await client.validateSubmission(submission(complete))).toMatchObject({
      questionnaire: { id: 'daily-symptom-diary', version: '1.0.0' },
      issues: [],
    });
    const { issues } = await client.validateSubmission(submission({ pain: 3 }));
    expect(issues.map(({ rule, linkId }) => [rule, linkId])).toEqual(
      ['tiredness', 'stomach', 'sleep', 'dizziness', 'mood', 'dose-taken'].map((linkId) => ['EPRO-REQ-001', linkId]),
    );
  });

  it('is NOT_FOUND for a questionnaire that is not published', async () => {
    const error = await failureOf(client.getQuestionnaire({ id: 'phq-9', version: '0.0.1' }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', reason: 'QUESTIONNAIRE_NOT_FOUND', expected: true });
  });

  it('traces the step within the call, and puts no answer into a span', async () => {
    await client.validateSubmission(submission({ ...complete, pain: 77 }));
    const step = telemetry.span('validatePatientData');
    const server = telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.name).toBe('epro.validation.v1.ValidationService/ValidateSubmission');
    expect(step.kind).toBe(SpanKind.INTERNAL);
    expect(step.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    expect(step.status.code).toBe(SpanStatusCode.UNSET);
    for (const { name, attributes, events, status } of telemetry.spans()) {
      expect(JSON.stringify({ name, attributes, events, status })).not.toContain(note);
    }
  });

  it('fails the call where the validator crashes: never "valid", never the words of the crash', async () => {
    const error = await failureOf(brokenClient.validateSubmission(submission(complete)));
    expect(error).toMatchObject({ code: 'INTERNAL', expected: false });
    expect(error.message).not.toContain(note);
    expect(telemetry.span('validatePatientData')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'TypeError' },
    });
    const server = telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('is DEADLINE_EXCEEDED for a call that has no time left', async () => {
    const error = await failureOf(client.validateSubmission(submission(complete), { timeoutMs: 0 }));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', expected: false });
  });

  it('takes 256 KB of hostile nesting without falling over', async () => {
    const hostile = Buffer.from(`{"resourceType":"QuestionnaireResponse","item":${'[{"item":'.repeat(25_000)}`);
    const { issues } = await client.validateSubmission({ questionnaireResponse: hostile, patientId: 'AUR-0001' });
    expect(issues.map(({ rule }) => rule)).toEqual(['EPRO-STR-001']);
    const closed = `{"resourceType":"QuestionnaireResponse","item":${'[{"item":'.repeat(20_000)}1${'}]'.repeat(20_000)}}`;
    const deep = await client.validateSubmission({ questionnaireResponse: Buffer.from(closed), patientId: 'AUR-0001' });
    expect(deep.issues.map(({ rule }) => rule)).toEqual(['EPRO-CAP-002']);
    await expect(client.validateSubmission(submission(complete))).resolves.toMatchObject({ issues: [] });
  });
});
