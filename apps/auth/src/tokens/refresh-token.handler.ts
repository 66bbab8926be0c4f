import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type RefreshTokenRequest, type RefreshTokenResponse } from '@epro/contracts';
import { announceIdentity } from '../users/announce-identity.js';
import { AccessTokens } from './access-tokens.js';
import { createRefreshToken, parseRefreshToken } from './refresh-token.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';

/** Exchanges a refresh token for new tokens, once. */
@Injectable()
export class RefreshTokenHandler {
  constructor(
    @Inject(RefreshTokenRepository) private readonly refreshTokens: RefreshTokenRepository,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {}

  async handle({ refreshToken }: RefreshTokenRequest): Promise<RefreshTokenResponse> {
    const key = parseRefreshToken(refreshToken);
    const successor = key && createRefreshToken(key.tenantId);
    const identity = successor && (await this.refreshTokens.rotate(key, successor.key));
    if (!identity) {
      throw new DomainError(
        'UNAUTHENTICATED',
        'INVALID_REFRESH_TOKEN',
        'The refresh token is not valid or has been used. Sign in again.',
      );
    }
    announceIdentity(identity);
    const accessToken = await this.accessTokens.issue(identity);
    return { tokens: { accessToken, refreshToken: successor.token, expiresIn: this.accessTokens.lifetime } };
  }
}
