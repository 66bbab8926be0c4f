import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** An Ed25519 key pair and its id, the thumbprint of its public half (RFC 7638). */
export interface SigningKey {
  keyId: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/**
 * Reads a configured key.
 *
 * @param text PKCS #8 PEM, also with `\n` written out as in an environment file, or a JWK
 * @throws Error that does not show the text
 */
export async function parseSigningKey(text: string): Promise<SigningKey> {
  let privateKey: KeyObject;
  try {
    privateKey = text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
      : createPrivateKey(text.replaceAll('\\n', '\n'));
  } catch {
    throw new Error('AUTH_SIGNING_KEY is neither a PKCS #8 PEM nor a JWK of a private key.');
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('AUTH_SIGNING_KEY is not an Ed25519 key.');
  return toSigningKey(privateKey);
}

export function generateSigningKey(): Promise<SigningKey> {
  return toSigningKey(generateKeyPairSync('ed25519').privateKey);
}

async function toSigningKey(privateKey: KeyObject): Promise<SigningKey> {
  const publicKey = createPublicKey(privateKey);
  return { keyId: await calculateJwkThumbprint(publicKey.export({ format: 'jwk' })), privateKey, publicKey };
}
