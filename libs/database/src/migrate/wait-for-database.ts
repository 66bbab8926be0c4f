import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isConnectionLost, toDatabaseError } from '../errors/database-error.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;

/**
 * Waits until the database accepts connections: it may be starting together with this process. A database that
 * answers and refuses, because of a wrong password for example, is an error at once.
 */
export async function waitForDatabase(connection: pg.ClientConfig, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (let pause = FIRST_DELAY_MS; ; pause = Math.min(pause * 2, LONGEST_DELAY_MS)) {
    try {
      return await tryConnection(connection);
    } catch (error) {
      const away = isConnectionLost(error) || toDatabaseError(error) !== error;
      if (!away || Date.now() + pause > deadline) throw error;
    }
    await delay(pause);
  }
}

async function tryConnection(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 });
  // A connection that breaks between its answers is an event, and one without a listener ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}
