import { DomainError } from '@epro/contracts';
import { describe, expect, it } from 'vitest';
import { isConnectionLost, isServerRefusal, isUniqueViolation, toDatabaseError } from './database-error.js';

const coded = (code: string, message = 'text of the server') => Object.assign(new Error(message), { code });

describe('toDatabaseError', () => {
  it.each([
    ['the server is not there', coded('ECONNREFUSED')],
    ['the name is not known', coded('ENOTFOUND')],
    ['an administrator ended the session', coded('57P01')],
    ['the server starts', coded('57P03')],
    ['the protocol broke', coded('08006')],
    ['too many connections', coded('53300')],
    ['a standby', coded('25006')],
    ['the pool is full', new Error('timeout exceeded when trying to connect')],
    ['the connection ended', new Error('Connection terminated unexpectedly')],
    ['the connection had ended', new Error('Client has encountered a connection error and is not queryable')],
    ['no answer', new Error('Query read timeout')],
    ['the pool is closed', new Error('Cannot use a pool after calling end on the pool')],
  ])('%s: unavailable', (_what, error) => {
    expect(toDatabaseError(error)).toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE', cause: error });
  });

  it.each(['57014', '55P03', '40P01', '40001', '25P03'])('%s: unavailable for being busy', (state) => {
    const mapped = toDatabaseError(coded(state));
    expect(mapped).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([coded('23505'), coded('22P02'), coded('42501'), coded('28P01'), new TypeError('x'), 'text', undefined])(
    'leaves any other as it is',
    (error) => {
      expect(toDatabaseError(error)).toBe(error);
    },
  );

  it('leaves a domain error as it is and says nothing of what the server wrote', () => {
    const refused = new DomainError('NOT_FOUND', 'X', 'Nothing there.');
    expect(toDatabaseError(refused)).toBe(refused);
    const mapped = toDatabaseError(coded('53300', 'secret')) as DomainError;
    expect(mapped.message).not.toContain('secret');
  });
});

describe('what a failed statement leaves', () => {
  it('is known where the server refused, unknown where the connection ended', () => {
    expect(isServerRefusal(coded('23505'))).toBe(true);
    for (const lost of [coded('57P01'), coded('ECONNRESET'), new Error('Connection terminated unexpectedly')]) {
      expect(isServerRefusal(lost)).toBe(false);
      expect(isConnectionLost(lost)).toBe(true);
    }
    expect(isConnectionLost(coded('57014'))).toBe(false);
  });

  it('knows a unique violation by its constraint', () => {
    const violation = Object.assign(coded('23505'), { constraint: 'idempotency_record_pkey' });
    expect(isUniqueViolation(violation, 'idempotency_record_pkey')).toBe(true);
    expect(isUniqueViolation(violation, 'other')).toBe(false);
    expect(isUniqueViolation(coded('23503'), 'idempotency_record_pkey')).toBe(false);
  });
});
