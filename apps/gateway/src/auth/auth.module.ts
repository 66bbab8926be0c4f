import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { MeController } from './me.controller.js';

/** Sign-in, and the guard that every route of the gateway stands behind unless it is public. */
@Module({
  controllers: [AuthController, MeController],
  providers: [{ provide: APP_GUARD, useClass: AuthGuard }],
})
export class AuthModule {}
