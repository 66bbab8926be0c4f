import { randomUUID } from 'node:crypto';
import { composeResponse, findQuestionnaire } from '@epro/instruments';
import type { HostileRequest } from './hostile-request.js';
import { marker } from './markers.js';

/** Who the requests come from, and what they can name. */
export interface World {
  readonly patient: string;
  readonly staff: string;
  readonly refreshToken: string;
  readonly submissionId: string;
}

type Part = Omit<HostileRequest, 'method' | 'path'>;
type Sent = Part & { readonly path?: string; readonly status: number };

/** What is sent to one route: each with the status that it has to be answered with. */
export interface Canary {
  /** Without method and path it is the route itself. */
  accepted(world: World): readonly Sent[];
  refused(world: World): readonly Sent[];
  /** One that has to be served, and what becomes of it; or why it cannot fail. */
  failing: ((world: World) => Part & { path?: string; database: number; dead: number }) | string;
  /** What the route is called in a trace; `untraced` for one that leaves none. */
  readonly span: string;
}

const PHQ9 = findQuestionnaire('phq-9')!;
const DIARY = findQuestionnaire('daily-symptom-diary')!;

/** A diary whose every free place holds something that somebody could have written. */
function diary() {
  const answers = Object.fromEntries(
    ['tiredness', 'stomach', 'sleep', 'dizziness', 'mood'].map((item) => [item, 'slight']),
  );
  const response = composeResponse(DIARY, {
    pain: 3,
    ...answers,
    'dose-taken': true,
    note: `${marker('FreeText')} ’ ü`,
  });
  const extension = [{ url: `https://x.example/${marker('ExtensionUrl')}`, valueString: marker('ExtensionValue') }];
  return {
    ...response,
    id: marker('ResponseId'),
    language: marker('Language'),
    identifier: { system: 'https://x.example', value: marker('Identifier') },
    author: { display: marker('AuthorName') },
    source: { display: marker('SourceName') },
    extension,
    item: response.item!.map((item) => ({ ...item, text: marker('ItemText'), extension })),
  };
}

const submission = (): Part => ({ body: diary(), headers: { 'idempotency-key': randomUUID() } });

/** Bodies that no route takes, whatever it is. */
export function unreadable(): Sent[] {
  const text = marker('InBrokenBody');
  const of = (body: string | Buffer, status: number, headers = {}): Sent => ({ body, status, headers });
  return [
    of(`{"${text}": ${text}`, 400),
    of(`"${text}`, 400),
    of(Buffer.concat([Buffer.from(`{"a":"${text}`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), 400),
    of(`{"__proto__": {"a": "${text}"}}`, 400),
    of(JSON.stringify({ text: text.repeat(60_000) }), 413),
    of(text, 415, { 'content-type': `text/${marker('ContentType')}` }),
    of(`{"a":"${text}"}`, 400, { 'content-type': `application/json; charset="${marker('Charset')}` }),
    of(`{"a":"${text}"}`, 415, { 'content-encoding': marker('ContentEncoding') }),
  ];
}

/** Whoever has no token, or one that is no good. */
function strangers(forged: readonly string[]): Sent[] {
  return [
    { status: 401 },
    ...forged.map((token) => ({ token, status: 401 })),
    { headers: { authorization: `Basic ${Buffer.from(marker('BasicName')).toString('base64')}` }, status: 401 },
    { headers: { authorization: `Bearer "${marker('OddToken')}"` }, status: 401 },
  ];
}

/**
 * A canary for every route of the gateway, by method and path as its OpenAPI document has them.
 *
 * @param forged tokens that nobody may get in with
 */
export function canaries(forged: readonly string[]): Readonly<Record<string, Canary>> {
  const nobody = strangers(forged);
  return {
    'POST /api/v1/auth/token': {
      span: 'POST /api/v1/auth/token',
      accepted: () => [{ body: { tenant: 'aurora', username: 'patient-2', password: 'demo-password' }, status: 200 }],
      refused: () => [
        ...unreadable(),
        { body: { tenant: 'aurora', username: 'patient-1', password: marker('Password') }, status: 401 },
        { body: { tenant: 'aurora', username: marker('UserName'), password: marker('Password') }, status: 401 },
        { body: { tenant: marker('Tenant'), username: marker('UserName'), password: marker('Password') }, status: 401 },
        {
          body: { tenant: [marker('Tenant')], username: { a: marker('UserName') }, [marker('Field')]: 1 },
          status: 400,
        },
        { body: { tenant: 'aurora', username: marker('LongName').repeat(100), password: 'x' }, status: 400 },
      ],
      failing: () => ({
        body: { tenant: 'aurora', username: marker('UserName'), password: marker('Password') },
        database: 500,
        dead: 503,
      }),
    },
    'POST /api/v1/auth/refresh': {
      span: 'POST /api/v1/auth/refresh',
      accepted: ({ refreshToken }) => [{ body: { refresh_token: refreshToken }, status: 200 }],
      refused: ({ refreshToken }) => [
        ...unreadable(),
        { body: { refresh_token: refreshToken }, status: 401 },
        { body: { refresh_token: marker('RefreshToken') }, status: 401 },
        { body: { refresh_token: { a: marker('RefreshToken') } }, status: 400 },
      ],
      failing: ({ patient }) => ({
        body: { refresh_token: `${marker('RefreshToken')}.${patient}` },
        database: 401,
        dead: 503,
      }),
    },
    'GET /api/v1/me': {
      span: 'GET /api/v1/me',
      accepted: ({ patient, staff }) => [
        { token: patient, status: 200 },
        { token: staff, status: 200 },
      ],
      refused: () => nobody,
      failing: ({ patient }) => ({ token: patient, database: 500, dead: 503 }),
    },
    'GET /api/v1/questionnaires': {
      span: 'GET /api/v1/questionnaires',
      accepted: ({ patient }) => [{ token: patient, status: 200 }],
      refused: () => nobody,
      failing: ({ patient }) => ({ token: patient, database: 500, dead: 503 }),
    },
    'GET /api/v1/questionnaires/{id}': {
      span: 'GET /api/v1/questionnaires/:id',
      accepted: ({ patient }) => [
        { token: patient, path: '/api/v1/questionnaires/phq-9', status: 200 },
        { token: patient, path: '/api/v1/questionnaires/phq-9?version=1.0.0', status: 200 },
      ],
      refused: ({ patient: token }) => [
        ...nobody.map((each) => ({ ...each, path: `/api/v1/questionnaires/${marker('UnknownPath')}` })),
        { token, path: `/api/v1/questionnaires/${marker('QuestionnaireId')}`, status: 404 },
        { token, path: `/api/v1/questionnaires/${marker('QuestionnaireId').toLowerCase()}`, status: 404 },
        { token, path: `/api/v1/questionnaires/%22${marker('QuotedId')}%22%20%c3%bc`, status: 404 },
        { token, path: `/api/v1/questionnaires/phq-9?version=${marker('QuestionnaireVersion')}`, status: 404 },
        { token, path: `/api/v1/questionnaires/phq-9?version=a%20${marker('OddVersion')}`, status: 400 },
        { token, path: `/api/v1/questionnaires/phq-9?version=1&version=${marker('SecondVersion')}`, status: 400 },
      ],
      failing: ({ patient: token }) => ({
        token,
        path: `/api/v1/questionnaires/${marker('QuestionnaireId').toLowerCase()}`,
        database: 500,
        dead: 503,
      }),
    },
    'POST /api/v1/submissions': {
      span: 'POST /api/v1/submissions',
      accepted: ({ patient: token }) => {
        const key = randomUUID();
        const again = { ...submission(), headers: { 'idempotency-key': key } };
        return [
          { token, ...submission(), status: 201 },
          { token, ...again, status: 201 },
          { token, ...again, status: 200 },
          {
            token,
            ...submission(),
            headers: { 'idempotency-key': key },
            body: { ...diary(), language: 'de' },
            status: 422,
          },
        ];
      },
      refused: ({ patient: token, staff }) => {
        const refused = (changed: object, status = 422): Sent => ({
          token,
          ...submission(),
          body: { ...diary(), ...changed },
          status,
        });
        return [
          ...nobody.map((each) => ({ ...submission(), ...each })),
          { token: staff, ...submission(), status: 403 },
          ...unreadable().map((each) => ({ token, ...each })),
          { token, ...submission(), headers: {}, status: 400 },
          { token, ...submission(), headers: { 'idempotency-key': marker('IdempotencyKey') }, status: 400 },
          refused({ resourceType: marker('ResourceType') }, 400),
          refused({ questionnaire: `https://x.example/Questionnaire/${marker('Canonical')}|1.0.0` }),
          refused({ questionnaire: `${DIARY.url}|${marker('CanonicalVersion')}` }),
          refused({ subject: { reference: `Patient/${marker('SubjectReference')}`, display: marker('SubjectName') } }),
          refused({ status: marker('Status') }),
          refused({ authored: marker('Authored') }),
          refused({ [marker('Element')]: marker('ElementValue') }),
          refused({ item: [{ linkId: marker('LinkId'), answer: [{ valueString: marker('UnknownItem') }] }] }),
          refused({ item: [{ linkId: 'pain', answer: [{ valueString: marker('WrongType') }] }] }),
          refused({ item: [{ linkId: 'note', answer: [{ valueString: `${marker('NulText')}\u0000` }] }] }),
          refused({
            item: [{ linkId: 'mood', answer: [{ valueCoding: { code: marker('Code'), display: marker('Display') } }] }],
          }),
          { token, ...submission(), body: incomplete(), status: 422 },
        ];
      },
      failing: ({ patient: token }) => ({ token, ...submission(), database: 500, dead: 503 }),
    },
    'GET /api/v1/submissions/{id}': {
      span: 'GET /api/v1/submissions/:id',
      accepted: ({ patient, staff, submissionId }) =>
        [patient, staff].map((token) => ({ token, path: `/api/v1/submissions/${submissionId}`, status: 200 })),
      refused: ({ patient: token }) => [
        ...nobody.map((each) => ({ ...each, path: `/api/v1/submissions/${marker('UnknownPath')}` })),
        { token, path: `/api/v1/submissions/${marker('SubmissionId')}`, status: 404 },
        { token, path: `/api/v1/submissions/${randomUUID()}`, status: 404 },
        { token, path: `/api/v1/submissions/${encodeURIComponent(`'; SELECT '${marker('SqlInPath')}`)}`, status: 404 },
      ],
      failing: ({ patient: token, submissionId }) => ({
        token,
        path: `/api/v1/submissions/${submissionId}`,
        database: 500,
        dead: 503,
      }),
    },
    'GET /healthz': {
      span: 'untraced',
      accepted: () => [{ status: 200 }],
      refused: () => [],
      failing: 'it asks nobody',
    },
    'GET /readyz': {
      span: 'untraced',
      accepted: () => [{ status: 200 }],
      refused: () => [],
      failing: () => ({ database: 200, dead: 503 }),
    },
  };
}

/** A PHQ-9 with nothing in it but somebody's words. */
function incomplete() {
  return {
    ...composeResponse(PHQ9, {}),
    item: [{ linkId: '/44250-9', text: marker('ItemText'), answer: [{ valueCoding: { display: marker('Display') } }] }],
  };
}
