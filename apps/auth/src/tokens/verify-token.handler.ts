import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type VerifyTokenRequest, type VerifyTokenResponse } from '@epro/contracts';
import { announceIdentity } from '../users/announce-identity.js';
import { toIdentity } from '../users/identity.js';
import { UserRepository } from '../users/user.repository.js';
import { AccessTokens } from './access-tokens.js';

/** Says who an access token stands for, as long as that user is active. */
@Injectable()
export class VerifyTokenHandler {
  constructor(
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
    @Inject(UserRepository) private readonly users: UserRepository,
  ) {}

  async handle({ accessToken }: VerifyTokenRequest): Promise<VerifyTokenResponse> {
    const claimed = await this.accessTokens.verify(accessToken);
    // Before the look-up, so that its span is found by tenant and patient too.
    if (claimed) announceIdentity(claimed);
    const identity = claimed && (await this.users.findById(claimed.tenant_id, claimed.user_id));
    if (!identity) {
      throw new DomainError(
        'UNAUTHENTICATED',
        'INVALID_TOKEN',
        'The access token is not valid or has expired. Refresh it or sign in again.',
      );
    }
    announceIdentity(identity);
    return { identity: toIdentity(identity) };
  }
}
