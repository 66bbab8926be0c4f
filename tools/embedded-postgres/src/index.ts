export { startPostgres, type PostgresOptions, type PostgresServer } from './start-postgres.js';
export { PostgresStartError } from './postgres-start.error.js';
export { startGuardian, type Guardian } from './guardian.js';
