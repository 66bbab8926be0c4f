export { databaseUrl, poolSettings } from './pool/database-settings.js';
export { createPool, type PoolOptions } from './pool/create-pool.js';
export { runStatement, type Statement } from './pool/run-statement.js';
export { migrate, type MigrateOptions } from './migrate/migrate.js';
export { isUniqueViolation, toDatabaseError } from './errors/database-error.js';
export { withTenant } from './transaction/with-tenant.js';
export { withTransaction } from './transaction/with-transaction.js';
