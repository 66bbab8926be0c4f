import { afterAll, beforeAll, expect, it } from 'vitest';
import { questionnaireBundleSchema } from '../src/questionnaires/questionnaire.schemas.js';
import { MARKER, QUESTIONNAIRE, QUESTIONNAIRE_REF } from './support/fixtures.js';
import { startTestGateway, type TestGateway } from './support/test-gateway.js';

const PATH = '/api/v1/questionnaires';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

it('lists the published ones as a searchset', async () => {
  const { status, json, text, headers } = await gateway.get(PATH, 'patient');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  questionnaireBundleSchema.parse(json);
  expect(json).toMatchObject({ type: 'searchset', total: 1, entry: [{ fullUrl: QUESTIONNAIRE_REF.url }] });
  expect(text).toContain('"valueDecimal":1.10');
});

it('lists none where there is none', async () => {
  gateway.services.handlers.listQuestionnaires = () => ({ questionnaires: [] });
  expect((await gateway.get(PATH, 'patient')).json).toMatchObject({ total: 0, entry: [] });
});

it.each(['', '?version=1.0.0', '?version='])('gives one as it was published: %s', async (query) => {
  const { status, text, headers } = await gateway.get(`${PATH}/phq-9${query}`, 'coordinator');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(text).toBe(QUESTIONNAIRE.resource.toString());
});

it.each([
  ['/none', 404],
  [`/${MARKER}`, 404],
  ['/phq-9?version=9.9.9', 404],
  [`/phq-9?version=${MARKER}_`, 400],
  ['/phq-9?version=1.0.0&version=1.0.0', 400],
])('%s is %i', async (path, expected) => {
  expect((await gateway.get(PATH + path, 'patient')).status).toBe(expected);
});

it('401 without a token', async () => {
  expect((await gateway.get(PATH)).status).toBe(401);
  expect((await gateway.get(`${PATH}/phq-9`)).status).toBe(401);
});
