import { host, port } from '@epro/config';
import { databaseUrl, poolSettings } from '@epro/database';
import { z } from 'zod';

export const configSchema = z.object({
  HOST: host(),
  STORAGE_PORT: port(50053),
  /** The role of the running service: it owns nothing. */
  STORAGE_DATABASE_URL: databaseUrl(),
  /** The role that owns the schema, for the migrations at start-up. */
  STORAGE_MIGRATION_DATABASE_URL: databaseUrl(),
  ...poolSettings(),
});

export type StorageConfig = z.output<typeof configSchema>;
