import {
  AnalysisServiceService,
  createGrpcClient,
  runGrpcService,
  type DomainError,
  type GrpcClient,
} from '@epro/contracts';
import { freePort } from '@epro/free-port';
import { composeResponse, findQuestionnaire, scoringOf } from '@epro/instruments';
import { startTestTelemetry } from '@epro/telemetry/testing';
import type { INestMicroservice } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';

const telemetry = startTestTelemetry();
let app: INestMicroservice;
let client: GrpcClient<typeof AnalysisServiceService>;

beforeAll(async () => {
  const port = await freePort();
  app = await runGrpcService(AppModule, { definition: AnalysisServiceService, host: '127.0.0.1', port });
  client = createGrpcClient(AnalysisServiceService, { address: `127.0.0.1:${port}` });
});
afterAll(async () => {
  client.close();
  await app.close();
});
beforeEach(() => telemetry.reset());

const phq9 = findQuestionnaire('phq-9') ?? expect.fail('no phq-9');
const answers = Object.fromEntries(scoringOf(phq9).items.map((linkId) => [linkId, 1]));
const request = (id = 'phq-9') => ({
  submissionId: '0198c0de-0000-7000-8000-000000000000',
  questionnaire: { id, url: `https://epro.example/fhir/Questionnaire/${id}`, version: '1.0.0' },
  questionnaireResponse: Buffer.from(JSON.stringify(composeResponse(phq9, answers))),
});
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call did not fail'),
    (error: unknown) => error as DomainError,
  );

describe('the analysis service', () => {
  it('analyses over gRPC, and traces the step within the call', async () => {
    const { analysis } = await client.analyzeSubmission(request());
    expect(analysis?.scores).toEqual([{ instrument: 'phq-9', score: 9, severity: 'mild', reason: '' }]);
    expect(analysis?.inputHash).toMatch(/^[0-9a-f]{64}$/);
    const step = telemetry.span('analyzeSubmission');
    const server = telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.name).toBe('epro.analysis.v1.AnalysisService/AnalyzeSubmission');
    expect(step.kind).toBe(SpanKind.INTERNAL);
    expect(step.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    for (const { name, attributes, events, status } of telemetry.spans()) {
      expect(JSON.stringify({ name, attributes, events, status })).not.toMatch(/LA6569-3|Several days/);
    }
  });

  it('keeps "no total" apart from a total of zero on the wire', async () => {
    const { '/44260-8': _, ...first8 } = Object.fromEntries(Object.keys(answers).map((linkId) => [linkId, 0]));
    const send = async (given: typeof answers) => {
      const questionnaireResponse = Buffer.from(JSON.stringify(composeResponse(phq9, given)));
      return (await client.analyzeSubmission({ ...request(), questionnaireResponse })).analysis?.scores[0];
    };
    expect(await send({ ...first8, '/44260-8': 0 })).toMatchObject({ score: 0, severity: 'minimal' });
    expect(await send(first8)).toMatchObject({ score: undefined, severity: '' });
  });

  it.each([
    ['an unknown questionnaire', request('none'), 'NOT_FOUND', 'QUESTIONNAIRE_NOT_FOUND'],
    [
      'bytes that are no JSON',
      { ...request(), questionnaireResponse: Buffer.from('{') },
      'INVALID_ARGUMENT',
      'RESPONSE_UNREADABLE',
    ],
  ])('refuses %s as the caller’s mistake, with no red span', async (_, call, code, reason) => {
    expect(await failureOf(client.analyzeSubmission(call))).toMatchObject({ code, reason, expected: true });
    const server = telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('is DEADLINE_EXCEEDED for a call that has no time left', async () => {
    const error = await failureOf(client.analyzeSubmission(request(), { timeoutMs: 0 }));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', expected: false });
  });
});
