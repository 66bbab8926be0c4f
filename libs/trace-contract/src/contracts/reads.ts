import type { ExpectedSpan, TraceContract } from '../trace-contract.js';
import { PATIENT_IDENTITY, PLATFORM_RULES, STAFF_IDENTITY, type Attributes } from './rules.js';
import { httpRequest, rpc, type Method } from './spans.js';
import { STATEMENTS } from './statements.js';
import { verifyToken } from './submission-hops.js';

const VALIDATION = 'epro-validation';
const STORAGE = 'epro-storage';

interface Read {
  /** First part of the contracts' ids. */
  readonly id: string;
  readonly title: string;
  readonly route: string;
  /** What is called for it; absent where the token says it all. */
  readonly call?: { readonly method: Method; readonly statements?: (attributes: Attributes) => ExpectedSpan[] };
  /** Whether there may be none such. */
  readonly canBeMissing: boolean;
}

const READS: readonly Read[] = [
  { id: 'me', title: 'who the caller is', route: '/api/v1/me', canBeMissing: false },
  {
    id: 'questionnaires',
    title: 'list of questionnaires',
    route: '/api/v1/questionnaires',
    call: { method: { service: VALIDATION, name: 'epro.validation.v1.ValidationService/ListQuestionnaires' } },
    canBeMissing: false,
  },
  {
    id: 'questionnaire',
    title: 'questionnaire',
    route: '/api/v1/questionnaires/:id',
    call: { method: { service: VALIDATION, name: 'epro.validation.v1.ValidationService/GetQuestionnaire' } },
    canBeMissing: true,
  },
  {
    id: 'submission-read',
    title: 'stored submission',
    route: '/api/v1/submissions/:id',
    call: {
      method: { service: STORAGE, name: 'epro.storage.v1.StorageService/GetSubmission' },
      statements: STATEMENTS.findSubmission,
    },
    canBeMissing: true,
  },
];

/** What one `GET` must leave behind, by who asked and what came of it. */
export interface ReadContracts {
  readonly route: string;
  /** The call that the read is for; absent where there is none. */
  readonly method?: string;
  readonly patient: ReadOutcomes;
  readonly staff: ReadOutcomes;
}

export interface ReadOutcomes {
  readonly found: TraceContract;
  /** Absent where it is always there. */
  readonly notFound?: TraceContract;
}

/** What the reads of the API must leave behind. */
export const READ_CONTRACTS: readonly ReadContracts[] = READS.map((read) => ({
  route: read.route,
  ...(read.call && { method: read.call.method.name }),
  patient: outcomes(read, 'patient', PATIENT_IDENTITY, verifyToken.patient),
  staff: outcomes(read, 'staff', STAFF_IDENTITY, verifyToken.staff),
}));

function outcomes(read: Read, caller: string, identity: Attributes, verified: ExpectedSpan): ReadOutcomes {
  const contract = (suffix: string, statusCode: number, code: string): TraceContract => {
    const { id, title, route, call } = read;
    const children = call
      ? [verified, rpc({ ...call, attributes: identity, code, children: call.statements?.(identity) ?? [] })]
      : [verified];
    return {
      id: `${id}-${suffix}`,
      title: `${title}, asked for by ${caller === 'staff' ? 'staff' : 'a patient'} (${statusCode})`,
      root: httpRequest({ method: 'GET', route, statusCodes: [statusCode], attributes: identity, children }),
      rules: PLATFORM_RULES,
    };
  };
  return {
    found: contract(`by-${caller}`, 200, 'OK'),
    ...(read.canBeMissing && { notFound: contract(`not-found-by-${caller}`, 404, 'NOT_FOUND') }),
  };
}
