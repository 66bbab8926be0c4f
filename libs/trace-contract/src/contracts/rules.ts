import type { AttributeRule, TraceRules } from '../trace-contract.js';

/** True of every span of this system, in every trace. */
export const PLATFORM_RULES: TraceRules = {
  everywhere: { 'request.id': 'present' },
  forbidden: [
    'client.address',
    'db.postgresql.values',
    'db.query.parameter.*',
    'enduser.*',
    'exception.message',
    'http.request.body*',
    'http.request.header.*',
    'http.response.body*',
    'http.response.header.*',
    'rpc.request.metadata.*',
    'rpc.response.metadata.*',
    'url.full',
    'url.query',
    'user.email',
    'user.full_name',
    'user.name',
  ],
  forbiddenTexts: [
    { matches: '\\beyJ[\\w-]{8,}\\.[\\w-]{8,}', what: 'a token', example: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln' },
    { matches: '\\b[Bb]earer +\\S', what: 'a token', example: 'Bearer a-token' },
    {
      matches: '[\\w.+-]+@[\\w-]+(\\.[\\w-]+)*\\.[A-Za-z]{2,}\\b',
      what: 'an e-mail address',
      example: 'to jane@clinic.example',
    },
  ],
  consistent: ['request.id', 'biz.id', 'tenant.id', 'patient.id', 'user.id', 'user.role', 'study.id', 'site.id'],
  // A UUID, a long hex or decimal number, a subject code, or a path segment that is a number. A version like `v1` is none.
  idInName: '[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16,}|[0-9]{4,}|(^|[/ :])[0-9]+($|[/ :?])',
  clockToleranceMs: 100,
  // The gateway's calls are part of a request, and never the beginning of one.
  entries: [{ service: 'epro-gateway', kind: 'SERVER' }, { service: 'epro-web' }],
};

export type Attributes = Readonly<Record<string, AttributeRule>>;

/** The `user.role` of patients. */
export const PATIENT_ROLE = 'participant';

/** What the verified token of a patient says, on every span from then on and on the request's own. */
export const PATIENT_IDENTITY: Attributes = {
  'tenant.id': 'present',
  'patient.id': 'present',
  'user.id': 'present',
  'user.role': 'present',
  'study.id': 'present',
  'site.id': 'present',
};

/** The same for someone who is no patient, and need not belong to a study or site. */
export const STAFF_IDENTITY: Attributes = { 'tenant.id': 'present', 'user.id': 'present', 'user.role': 'present' };

/** What the call that verifies the token and everything below it must have once it is known. */
export const VERIFIED_PATIENT: Attributes = { 'tenant.id': 'present', 'patient.id': 'present' };
export const VERIFIED_STAFF: Attributes = { 'tenant.id': 'present' };

export const UNKNOWN_CALLER: Attributes = {};
