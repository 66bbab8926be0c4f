import { describe, expect, it } from 'vitest';
import { summarizeStatement } from './statement-summary.js';

describe('summarizeStatement', () => {
  it.each([
    ['BEGIN', 'BEGIN', undefined],
    ['commit;', 'COMMIT', undefined],
    ['SELECT 1', 'SELECT', undefined],
    ['select * from storage.open_submission($1, $2)', 'SELECT', 'storage.open_submission'],
    ["SELECT set_config('app.tenant', $1, true)", 'SELECT', 'set_config'],
    ['SELECT id\n  FROM "auth"."app_user" u WHERE u.id = $1', 'SELECT', 'auth.app_user'],
    ['/* who */ INSERT INTO storage.score (a) SELECT b FROM x', 'INSERT', 'storage.score'],
    ['UPDATE ONLY t SET a = 1 -- why', 'UPDATE', 't'],
    ['DELETE FROM auth.refresh_token WHERE id = $1', 'DELETE', 'auth.refresh_token'],
    [
      'WITH s AS (INSERT INTO storage.submission (a) VALUES ($1) RETURNING id) SELECT * FROM s',
      'INSERT',
      'storage.submission',
    ],
    ['WITH s AS (SELECT 1) SELECT * FROM storage.alert', 'SELECT', 'storage.alert'],
    ['', 'SQL', undefined],
  ])('%s', (text, operation, target) => {
    expect(summarizeStatement(text)).toEqual(target ? { operation, target } : { operation });
  });
});
