import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type SignInRequest, type SignInResponse } from '@epro/contracts';
import { CONFIG } from '../config/config-token.js';
import type { AuthConfig } from '../config/auth-config.js';
import { DEMO_PASSWORD } from '../demo/demo-accounts.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { createRefreshToken } from '../tokens/refresh-token.js';
import { RefreshTokenRepository } from '../tokens/refresh-token.repository.js';
import { announceIdentity } from '../users/announce-identity.js';
import { isTenantId } from '../users/tenant-id.js';
import { UserRepository } from '../users/user.repository.js';

const USERNAME = /^[\p{L}\p{N}._@+-]{1,128}$/u;
const MAX_PASSWORD_LENGTH = 256;
/** No tenant and no user has this name. */
const NOBODY = '';

/**
 * Exchanges a password for tokens. Whatever does not match, the tenant, the user or the password, it does the same
 * work and says the same: one look-up, one Argon2 check, one text.
 */
@Injectable()
export class SignInHandler {
  constructor(
    @Inject(UserRepository) private readonly users: UserRepository,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
    @Inject(RefreshTokenRepository) private readonly refreshTokens: RefreshTokenRepository,
    @Inject(CONFIG) private readonly config: Pick<AuthConfig, 'EPRO_DEMO'>,
  ) {}

  async handle({ tenant, username, password }: SignInRequest): Promise<SignInResponse> {
    const user = await this.users.findByName(
      isTenantId(tenant) ? tenant : NOBODY,
      USERNAME.test(username) ? username : NOBODY,
    );
    const matches = await this.passwords.verify(user?.password_hash, password.slice(0, MAX_PASSWORD_LENGTH));
    if (!user || !matches || !this.isAcceptable(password)) {
      throw new DomainError(
        'UNAUTHENTICATED',
        'INVALID_CREDENTIALS',
        'Tenant, user name or password is not right. Check all three.',
      );
    }
    announceIdentity(user);
    const { token, key } = createRefreshToken(user.tenant_id);
    await this.refreshTokens.issue(user.user_id, key);
    const accessToken = await this.accessTokens.issue(user);
    return { tokens: { accessToken, refreshToken: token, expiresIn: this.accessTokens.lifetime } };
  }

  /** Everybody knows the demo password: outside a demo it opens nothing, also where a user was left with it. */
  private isAcceptable(password: string): boolean {
    return password.length <= MAX_PASSWORD_LENGTH && (this.config.EPRO_DEMO || password !== DEMO_PASSWORD);
  }
}
