import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DomainError, type TokenPair } from '@epro/contracts';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { AUTH_CLIENT, type AuthClient } from '../services/service-clients.js';
import {
  refreshRequestSchema,
  tokenRequestSchema,
  tokensSchema,
  type RefreshRequest,
  type TokenRequest,
  type Tokens,
} from './auth.schemas.js';
import { Public } from './public.decorator.js';

@Public()
@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class AuthController {
  constructor(@Inject(AUTH_CLIENT) private readonly auth: AuthClient) {}

  @Post('token')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in', description: 'Exchanges a password for an access and a refresh token.' })
  @ApiResponse({ status: 200, description: 'Signed in.', standardSchema: tokensSchema })
  @ApiProblems(400, 401, 408, 413, 415, 429, 500, 503)
  async createToken(@Body({ schema: tokenRequestSchema }) body: TokenRequest): Promise<Tokens> {
    const { tokens } = await this.auth.signIn(body);
    return tokensOf(tokens);
  }

  @Post('refresh')
  @HttpCode(200)
  @ApiOperation({ summary: 'Renew tokens', description: 'Exchanges a refresh token for new ones; the old one ends.' })
  @ApiResponse({ status: 200, description: 'Renewed.', standardSchema: tokensSchema })
  @ApiProblems(400, 401, 408, 413, 415, 429, 500, 503)
  async refreshToken(@Body({ schema: refreshRequestSchema }) body: RefreshRequest): Promise<Tokens> {
    const { tokens } = await this.auth.refreshToken({ refreshToken: body.refresh_token });
    return tokensOf(tokens);
  }
}

function tokensOf(tokens: TokenPair | undefined): Tokens {
  if (!tokens) throw new DomainError('INTERNAL', 'NO_TOKENS', 'The auth service answered without tokens.');
  return {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
    refresh_token: tokens.refreshToken,
  };
}
