import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Identity } from '@epro/contracts';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { meSchema, type Me } from './auth.schemas.js';
import { CurrentIdentity } from './current-identity.decorator.js';
import { roleName } from './role-name.js';

@ApiTags('Sign-in')
@ApiBearerAuth()
@Controller('api/v1/me')
export class MeController {
  @Get()
  @ApiOperation({ summary: 'Who the token stands for' })
  @ApiResponse({ status: 200, description: 'The caller.', standardSchema: meSchema })
  @ApiProblems(401, 429, 500, 503)
  getMe(@CurrentIdentity() { userId, username, tenantId, roles, patientId, studyId, siteId }: Identity): Me {
    return {
      userId,
      username,
      tenant: tenantId,
      roles: roles.map(roleName),
      ...(patientId && { patientId }),
      ...(studyId && { studyId }),
      ...(siteId && { siteId }),
    };
  }
}
