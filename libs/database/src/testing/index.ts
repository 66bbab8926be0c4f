export { createTestDatabase, type TestDatabase, type TestRole } from './create-test-database.js';
export { startDatabaseProxy, type Cut, type DatabaseProxy } from './start-database-proxy.js';
