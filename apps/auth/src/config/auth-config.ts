import { flag, host, port, positiveInteger } from '@epro/config';
import { databaseUrl, poolSettings } from '@epro/database';
import { z } from 'zod';

export const configSchema = z.object({
  HOST: host(),
  AUTH_PORT: port(50051),
  /** The role of the running service: it owns nothing. */
  AUTH_DATABASE_URL: databaseUrl(),
  /** The role that owns the schema, for the migrations and the demo accounts at start-up. */
  AUTH_MIGRATION_DATABASE_URL: databaseUrl(),
  ...poolSettings(),
  /** Ed25519 private key that signs access tokens: PKCS #8 PEM or JWK. Without it one is made and kept in the database. */
  AUTH_SIGNING_KEY: z.string().optional(),
  /** Life of an access token in seconds. */
  AUTH_ACCESS_TOKEN_SECONDS: positiveInteger(900),
  /** Life of a refresh token in seconds; each exchange starts it anew. */
  AUTH_REFRESH_TOKEN_SECONDS: positiveInteger(30 * 24 * 3600),
  /** Creates the demo tenants and users, and lets their password in. */
  EPRO_DEMO: flag(false),
});

export type AuthConfig = z.output<typeof configSchema>;
