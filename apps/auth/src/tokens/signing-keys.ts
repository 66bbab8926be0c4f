import type pg from 'pg';
import { runStatement } from '@epro/database';
import { generateSigningKey, parseSigningKey, type SigningKey } from './signing-key.js';

/** The keys of access tokens. */
export interface SigningKeys {
  /** The one that signs. */
  current: SigningKey;
  /** Every one whose signature is accepted, by its id. */
  byId: ReadonlyMap<string, SigningKey>;
}

interface KeyRow {
  private_jwk: object;
  current: boolean;
}

/** The configured key alone; without one the keys of the database, of which the first service to start makes one. */
export async function loadSigningKeys(configured: string | undefined, pool: pg.Pool): Promise<SigningKeys> {
  if (configured !== undefined) {
    const key = await parseSigningKey(configured);
    return { current: key, byId: new Map([[key.keyId, key]]) };
  }
  return (await readKeys(pool)) ?? (await makeKey(pool));
}

async function readKeys(pool: pg.Pool): Promise<SigningKeys | undefined> {
  const rows = await runStatement<KeyRow>(pool, {
    text: 'SELECT private_jwk, retired_at IS NULL AS current FROM auth.signing_key',
  });
  let current: SigningKey | undefined;
  const byId = new Map<string, SigningKey>();
  for (const row of rows) {
    const key = await parseSigningKey(JSON.stringify(row.private_jwk));
    byId.set(key.keyId, key);
    if (row.current) current = key;
  }
  return current && { current, byId };
}

async function makeKey(pool: pg.Pool): Promise<SigningKeys> {
  const { keyId, privateKey } = await generateSigningKey();
  // Of services that start together one is first, and the others take its key.
  await runStatement(pool, {
    text: 'INSERT INTO auth.signing_key (key_id, private_jwk) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [keyId, JSON.stringify(privateKey.export({ format: 'jwk' }))],
  });
  const keys = await readKeys(pool);
  if (!keys) throw new Error('There is no signing key, and none could be made.');
  return keys;
}
