import type { OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '@epro/contracts';
import { isUniqueViolation, withTenant, withTransaction } from '@epro/database';
import { SCORING_ALGORITHM, type SafetyAlert, type Score } from '@epro/instruments';
import type pg from 'pg';
import type { SaveCommand } from './read-save-request.js';
import { FIND_SUBMISSION, INSERT_SUBMISSION, OPEN_SUBMISSION } from './submission.statements.js';
import type { SubmissionRecord } from './submission-record.js';

/** What is known of an idempotency key; see `storage.open_submission`. */
export type OpenedSubmission =
  { state: 'new' } | { state: 'busy' } | { state: 'stored'; requestHash: Buffer; record: SubmissionRecord };

/** The statements of the transaction that saves, in the order in which they are used. */
export interface SubmissionTransaction {
  /** Sets the tenant of the transaction and says whether the idempotency key is free. */
  open(key: Pick<SaveCommand, 'tenantId' | 'userId' | 'idempotencyKey'>): Promise<OpenedSubmission>;
  /** Writes all of a first version: submission, version, scores, alerts, idempotency record. */
  insert(command: SaveCommand, scores: readonly Score[], alerts: readonly SafetyAlert[]): Promise<SubmissionRecord>;
}

interface OpenedRow extends SubmissionRecord {
  state: OpenedSubmission['state'];
  request_hash: Buffer;
}

const FIRST_VERSION = 1;
/** JSON text that JSONB cannot hold: a NUL or half a surrogate pair in a string, a number out of range. */
const UNSTORABLE = new Set(['22P02', '22P05', '22021', '22003']);

export class SubmissionRepository implements OnApplicationShutdown {
  constructor(private readonly pool: pg.Pool) {}

  /** Resolves once the commit is confirmed; whatever `fn` throws rolls back all of it. */
  async inTransaction<T>(fn: (transaction: SubmissionTransaction) => Promise<T>): Promise<T> {
    try {
      return await withTransaction(this.pool, (client) =>
        fn({
          open: (key) => open(client, key),
          insert: (command, scores, alerts) => insert(client, command, scores, alerts),
        }),
      );
    } catch (error) {
      throw toDomainError(error);
    }
  }

  /** The latest version, with the response as JSON text; `undefined` where this tenant and patient have none such. */
  async find(key: {
    tenantId: string;
    submissionId: string;
    /** Empty for any. */
    patientId: string;
  }): Promise<(SubmissionRecord & { response: string }) | undefined> {
    return withTenant(this.pool, key.tenantId, async (client) => {
      const values = [key.tenantId, key.submissionId, key.patientId];
      const { rows } = await client.query<SubmissionRecord & { response: string }>({ ...FIND_SUBMISSION, values });
      return rows[0];
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.pool.end();
  }
}

async function open(
  client: pg.ClientBase,
  { tenantId, userId, idempotencyKey }: Pick<SaveCommand, 'tenantId' | 'userId' | 'idempotencyKey'>,
): Promise<OpenedSubmission> {
  const values = [tenantId, userId, idempotencyKey];
  const { rows } = await client.query<OpenedRow>({ ...OPEN_SUBMISSION, values });
  const { state, request_hash: requestHash, ...record } = only(rows);
  return state === 'stored' ? { state, requestHash, record } : { state };
}

async function insert(
  client: pg.ClientBase,
  command: SaveCommand,
  scores: readonly Score[],
  alerts: readonly SafetyAlert[],
): Promise<SubmissionRecord> {
  const values = [
    command.tenantId,
    command.patientId,
    command.studyId,
    command.siteId,
    command.ref.id,
    command.ref.url,
    FIRST_VERSION,
    command.ref.version,
    command.json,
    command.hash,
    command.userId,
    command.traceId,
    JSON.stringify(scores),
    SCORING_ALGORITHM.id,
    SCORING_ALGORITHM.version,
    JSON.stringify(alerts),
    command.idempotencyKey,
  ];
  const { rows } = await client.query<Pick<SubmissionRecord, 'submission_id' | 'received_at'>>({
    ...INSERT_SUBMISSION,
    values,
  });
  return {
    ...only(rows),
    version: FIRST_VERSION,
    patient_id: command.patientId,
    questionnaire_id: command.ref.id,
    questionnaire_url: command.ref.url,
    questionnaire_version: command.ref.version,
    trace_id: command.traceId,
    scores: scores.map(({ score, ...rest }) => ({ ...rest, score: score ?? null })),
    alerts: [...alerts],
  };
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`Expected one row, got ${rows.length}.`);
  return row;
}

function toDomainError(error: unknown): unknown {
  if (isUniqueViolation(error, 'idempotency_record_pkey')) {
    return new DomainError(
      'ABORTED',
      'IDEMPOTENCY_KEY_IN_USE',
      'A submission with this idempotency key was stored at the same time. Send it again.',
      { cause: error },
    );
  }
  if (UNSTORABLE.has((error as { code?: string } | undefined)?.code ?? '')) {
    return new DomainError(
      'INVALID_ARGUMENT',
      'REQUEST_UNUSABLE',
      'These fields are missing or cannot be used: questionnaire_response.',
      { metadata: { fields: 'questionnaire_response' }, cause: error },
    );
  }
  return error;
}
