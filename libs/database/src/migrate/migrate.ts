import { runner } from 'node-pg-migrate';
import { waitForDatabase } from './wait-for-database.js';

export interface MigrateOptions {
  /** Connection string of the role that owns the schema. */
  url: string;
  /** The schema that the files change; it exists already. What has run is kept in its table `schema_migration`. */
  schema: string;
  /** Absolute path of the directory with the files `0001_what-it-does.sql`, … */
  directory: string;
  /** How long the database may take to accept connections, in ms. Default 60 000. */
  waitMs?: number;
}

/** How long another process's migration may take before this one gives up, in ms. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Brings a schema up to date, forward only: every file that has not run yet, in the order of their numbers, all in
 * one transaction. Processes that start together take turns, and whoever comes second finds nothing left to do.
 *
 * @returns names of the files that ran now
 * @throws Error where the database does not come up in time, where a file fails (nothing of this run is kept), or
 *   where a file was put before one that has run already
 */
export async function migrate({ url, schema, directory, waitMs = 60_000 }: MigrateOptions): Promise<string[]> {
  const connection = { connectionString: url, application_name: `epro-migrate-${schema}` };
  await waitForDatabase(connection, waitMs);
  const migrations = await runner({
    databaseUrl: { ...connection, lock_timeout: LOCK_TIMEOUT_MS },
    dir: directory,
    direction: 'up',
    schema,
    migrationsTable: 'schema_migration',
    checkOrder: true,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    logger: SILENT,
  });
  return migrations.map(({ name }) => name);
}

/** What went wrong is in what it throws; the rest is for a person at a terminal. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
