import { createHash, randomBytes } from 'node:crypto';

/** Tenant, which names where it is kept, and 256 random bits. */
const FORM = /^([a-z][a-z0-9-]{0,62})\.[A-Za-z0-9_-]{43}$/;

/** What is kept of a refresh token. */
export interface RefreshTokenKey {
  tenantId: string;
  /** SHA-256: of 256 random bits a plain hash gives nothing away. */
  hash: Buffer;
}

export function createRefreshToken(tenantId: string): { token: string; key: RefreshTokenKey } {
  const token = `${tenantId}.${randomBytes(32).toString('base64url')}`;
  return { token, key: { tenantId, hash: hashOf(token) } };
}

/** `undefined` where the text cannot be one. */
export function parseRefreshToken(text: string): RefreshTokenKey | undefined {
  const tenantId = FORM.exec(text)?.[1];
  return tenantId === undefined ? undefined : { tenantId, hash: hashOf(text) };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
