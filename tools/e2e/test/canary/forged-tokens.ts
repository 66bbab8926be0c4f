import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { marker, plant } from './markers.js';

/** The key that the platform under test signs with. */
export interface TestKey {
  readonly privateKey: KeyObject;
  /** For `AUTH_SIGNING_KEY`. */
  readonly jwk: string;
}

export function generateTestKey(): TestKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  plant(jwk.d!);
  return { privateKey, jwk: JSON.stringify(jwk) };
}

/** Tokens that nobody may get in with, each with something planted in what it claims. */
export function forgedTokens({ privateKey }: TestKey): string[] {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'epro-auth',
    aud: 'epro',
    sub: '0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10',
    tenant: 'aurora',
    patient: marker('ClaimedPatient'),
    name: marker('ClaimedName'),
    iat: now - 7200,
  };
  const expired = { ...claims, exp: now - 3600 };
  const valid = { ...claims, exp: now + 3600 };
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: thumbprint(privateKey) };
  const tokens = [
    token(header, expired, privateKey),
    token(header, { ...valid, sub: marker('ClaimedSubject') }, privateKey),
    token(header, { ...valid, tenant: `${marker('ClaimedTenant')} Doe` }, privateKey),
    token(header, valid, stranger),
    token({ ...header, kid: marker('KeyId') }, valid, stranger),
    `${token({ alg: 'none', typ: marker('TokenType') }, valid, stranger)}`,
    marker('OpaqueToken'),
  ];
  tokens.forEach(plant);
  return tokens;
}

function token(header: object, claims: object, key: KeyObject): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/** RFC 7638 */
function thumbprint(key: KeyObject): string {
  const { crv, kty, x } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
