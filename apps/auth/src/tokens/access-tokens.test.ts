import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens, type TokenIdentity } from './access-tokens.js';
import { generateSigningKey, type SigningKey } from './signing-key.js';

const identity: TokenIdentity = {
  user_id: '0198c0de-0000-7000-8000-000000000001',
  tenant_id: 'aurora',
  patient_id: 'AUR-0001',
  study_id: '',
  site_id: '',
};

let key: SigningKey;
let tokens: AccessTokens;
beforeAll(async () => {
  key = await generateSigningKey();
  tokens = new AccessTokens({ current: key, byId: new Map([[key.keyId, key]]) }, 60);
});

interface Forgery {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  signer?: SigningKey;
}

/** A token like ours, but for what is given; `undefined` leaves a claim out. */
function forge({ header = {}, claims = {}, signer = key }: Forgery): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const ours = { sub: identity.user_id, tenant: 'aurora', iss: 'epro-auth', aud: 'epro', iat: now, exp: now + 60 };
  return new SignJWT({ ...ours, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.keyId, ...header })
    .sign(signer.privateKey);
}

describe('AccessTokens', () => {
  it('says whom it was issued for', async () => {
    expect(await tokens.verify(await tokens.issue(identity))).toEqual(identity);
    expect(await tokens.verify(await forge({}))).toEqual({ ...identity, patient_id: '' });
  });

  it.each<[string, Forgery]>([
    ['it expired', { claims: { exp: 1 } }],
    ['it never expires', { claims: { exp: undefined } }],
    ['it is not valid yet', { claims: { nbf: 4e9 } }],
    ['its age is unknown', { claims: { iat: undefined } }],
    ['it is from another issuer', { claims: { iss: 'other' } }],
    ['it is for another audience', { claims: { aud: 'other' } }],
    ['it is for nobody', { claims: { sub: undefined } }],
    ['its subject is no user id', { claims: { sub: "x' OR true" } }],
    ['it has no tenant', { claims: { tenant: undefined } }],
    ['its tenant is no tenant id', { claims: { tenant: "x' OR true" } }],
    ['it is of another type', { header: { typ: 'JWT' } }],
    ['its key is unknown', { header: { kid: 'other' } }],
    ['it names no key', { header: { kid: undefined } }],
  ])('refuses a token where %s', async (_what, forgery) => {
    expect(await tokens.verify(await forge(forgery))).toBeUndefined();
  });

  it('refuses the signature of another key, of another algorithm, and none', async () => {
    const other = await generateSigningKey();
    const [header = '', payload = ''] = (await forge({})).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: key.keyId })).toString('base64url');
    const hs256 = await new SignJWT({ tenant: 'aurora' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.keyId })
      .sign(key.publicKey.export({ type: 'spki', format: 'der' }));
    for (const token of [await forge({ signer: other }), hs256, `${none}.${payload}.`, `${header}.${payload}.AAAA`]) {
      expect(await tokens.verify(token)).toBeUndefined();
    }
  });

  it('accepts what a retired key signed, and signs with the current one', async () => {
    const next = await generateSigningKey();
    const both = new Map([key, next].map((each) => [each.keyId, each]));
    const rotated = new AccessTokens({ current: next, byId: both }, 60);
    expect(await rotated.verify(await tokens.issue(identity))).toEqual(identity);
    expect(await tokens.verify(await rotated.issue(identity))).toBeUndefined();
  });
});
