import { errors, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { z } from 'zod';
import { isTenantId } from '../users/tenant-id.js';
import type { IdentityRow } from '../users/identity.js';
import type { SigningKeys } from './signing-keys.js';

const ALGORITHM = 'EdDSA';
const TYPE = 'at+jwt';
const ISSUER = 'epro-auth';
const AUDIENCE = 'epro';
/** Ours have some 500 characters. */
const MAX_LENGTH = 4096;

const claimsSchema = z.object({
  sub: z.uuid(),
  tenant: z.string().refine(isTenantId),
  patient: z.string().default(''),
  study: z.string().default(''),
  site: z.string().default(''),
});

/** Who a token says that its bearer is. Roles are not in it: they are looked up, so that a change holds at once. */
export type TokenIdentity = Pick<IdentityRow, 'tenant_id' | 'user_id' | 'patient_id' | 'study_id' | 'site_id'>;

/** Signs and checks access tokens: JWTs as in RFC 9068, with Ed25519 signatures as in RFC 8037. */
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    /** Life of a token in seconds. */
    readonly lifetime: number,
  ) {}

  issue(identity: TokenIdentity): Promise<string> {
    const { keyId, privateKey } = this.keys.current;
    const claims = {
      tenant: identity.tenant_id,
      ...(identity.patient_id && { patient: identity.patient_id }),
      ...(identity.study_id && { study: identity.study_id }),
      ...(identity.site_id && { site: identity.site_id }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keyId })
      .setSubject(identity.user_id)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${this.lifetime}s`)
      .sign(privateKey);
  }

  /** What a token says, once its signature, type, issuer, audience and times are right; else `undefined`. */
  async verify(token: string): Promise<TokenIdentity | undefined> {
    if (token.length > MAX_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, (header) => this.publicKey(header), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat'],
      });
      const { sub, tenant, patient, study, site } = claimsSchema.parse(payload);
      return { user_id: sub, tenant_id: tenant, patient_id: patient, study_id: study, site_id: site };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
      throw error;
    }
  }

  private publicKey({ kid = '' }: JWTHeaderParameters) {
    const key = this.keys.byId.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}
