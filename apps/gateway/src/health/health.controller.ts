import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { healthySchema, readinessSchema } from './health.schemas.js';
import { Readiness, type ReadinessReport } from './readiness.js';

@Public()
@ApiTags('Health')
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process runs', description: 'Asks nobody else. Never traced.' })
  @ApiResponse({ status: 200, description: 'It runs.', standardSchema: healthySchema })
  getHealth() {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Whether the process can serve',
    description: 'Asks each service. Without analysis it is ready all the same. Never traced.',
  })
  @ApiResponse({ status: 200, description: 'It can.', standardSchema: readinessSchema })
  @ApiResponse({
    status: 503,
    description: 'A service that is needed does not serve.',
    standardSchema: readinessSchema,
  })
  async getReadiness(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    if (report.status === 'unready') void reply.status(503).header('retry-after', '2');
    return report;
  }
}
