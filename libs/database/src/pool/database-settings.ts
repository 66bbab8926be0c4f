import { positiveInteger } from '@epro/config';
import { z } from 'zod';

/** A connection string with role and database: `postgres://role:password@host:5432/database`. */
export const databaseUrl = () => z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

/** The settings of a service's pool, for its configuration schema: `z.object({ ...poolSettings(), … })`. */
export const poolSettings = () => ({
  /** Connections that one process holds at most. */
  DATABASE_POOL_SIZE: positiveInteger(10),
  /** Longest wait for a connection, free or new, in ms. */
  DATABASE_CONNECT_TIMEOUT_MS: positiveInteger(2000),
  /** Longest run of one statement, in ms. */
  DATABASE_STATEMENT_TIMEOUT_MS: positiveInteger(4000),
});
