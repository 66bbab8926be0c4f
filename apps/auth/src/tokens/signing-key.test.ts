import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKey, parseSigningKey } from './signing-key.js';

describe('parseSigningKey', () => {
  it('reads the same key from PEM, from PEM on one line, and from a JWK', async () => {
    const { privateKey, keyId } = await generateSigningKey();
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
    for (const text of [pem, pem.replaceAll('\n', '\\n'), jwk]) expect((await parseSigningKey(text)).keyId).toBe(keyId);
    expect(keyId).not.toBe((await generateSigningKey()).keyId);
  });

  it.each([
    ['no key', 'not a key'],
    ['a broken JWK', '{"kty":"OKP"'],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['another kind', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('refuses %s, and does not show it', async (_what, text) => {
    const error = await parseSigningKey(text).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toMatch(/^AUTH_SIGNING_KEY is n/);
    expect((error as Error).stack).not.toContain(text.slice(0, 12));
  });
});
