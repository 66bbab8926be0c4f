import { Inject } from '@nestjs/common';
import {
  AuthServiceService,
  GrpcService,
  type GrpcServiceHandlers,
  type RefreshTokenRequest,
  type RefreshTokenResponse,
  type SignInRequest,
  type SignInResponse,
  type VerifyTokenRequest,
  type VerifyTokenResponse,
} from '@epro/contracts';
import { SignInHandler } from './sign-in/sign-in.handler.js';
import { RefreshTokenHandler } from './tokens/refresh-token.handler.js';
import { VerifyTokenHandler } from './tokens/verify-token.handler.js';

@GrpcService(AuthServiceService)
export class AuthController implements GrpcServiceHandlers<typeof AuthServiceService> {
  constructor(
    @Inject(SignInHandler) private readonly signInHandler: SignInHandler,
    @Inject(RefreshTokenHandler) private readonly refreshTokenHandler: RefreshTokenHandler,
    @Inject(VerifyTokenHandler) private readonly verifyTokenHandler: VerifyTokenHandler,
  ) {}

  signIn(request: SignInRequest): Promise<SignInResponse> {
    return this.signInHandler.handle(request);
  }

  refreshToken(request: RefreshTokenRequest): Promise<RefreshTokenResponse> {
    return this.refreshTokenHandler.handle(request);
  }

  verifyToken(request: VerifyTokenRequest): Promise<VerifyTokenResponse> {
    return this.verifyTokenHandler.handle(request);
  }
}
