import 'reflect-metadata';
import { Controller, Get, Module, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOperation, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { SpanStatusCode } from '@opentelemetry/api';
import { fastify, type FastifyReply } from 'fastify';
import { defer, type Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StepFilter, StepGuard, StepInterceptor, StepPipe } from '../../test/support/traced-enhancers.js';
import { registerHttpTelemetry } from '../http/fastify-telemetry.js';
import { Span } from '../span/span.decorator.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';

const telemetry = startTestTelemetry();

@Controller('echo')
class EchoController {
  @Get()
  echo(@Query('text') text: string): Observable<string> {
    return defer(async () => {
      await Promise.resolve();
      withSpan('handler', () => {});
      if (text === 'crash') throw new RangeError('words');
      return text;
    });
  }

  @Span('decorated')
  @Get('below')
  @ApiOperation({ summary: 'Span above' })
  below(@Query('text') text: string): string {
    withSpan('inner', () => {});
    return text;
  }

  @Get('above')
  @ApiOperation({ summary: 'Span below' })
  @Span('decorated')
  above(@Query('text') text: string): string {
    withSpan('inner', () => {});
    return text;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let app: NestFastifyApplication;
let base: string;

beforeAll(async () => {
  const server = fastify();
  registerHttpTelemetry(server);
  app = await NestFactory.create<NestFastifyApplication>(EchoModule, new FastifyAdapter(server), { logger: false });
  app.useGlobalGuards(new StepGuard());
  app.useGlobalPipes(new StepPipe());
  app.useGlobalInterceptors(new StepInterceptor());
  const answer = (error: unknown, host: { switchToHttp(): { getResponse(): FastifyReply } }) => {
    const { status } = error as { status?: number };
    void host
      .switchToHttp()
      .getResponse()
      .status(status ?? 500)
      .send('');
  };
  app.useGlobalFilters(new StepFilter(answer));
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
});
afterAll(() => app.close());
beforeEach(() => telemetry.reset());

/** Asks, and waits for the request's span. */
async function get(path: string, root = 'GET /echo'): Promise<number> {
  const { status } = await fetch(`${base}${path}`);
  await vi.waitFor(() => telemetry.span(root), { timeout: 5000, interval: 5 });
  return status;
}
/** Each step with the one that it is in. */
function tree(): Record<string, string | undefined> {
  const spans = telemetry.spans();
  const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name;
  return Object.fromEntries(spans.map((span) => [span.name, nameOf(span.parentSpanContext?.spanId)]));
}

describe('with Nest on Fastify, within the request’s span', () => {
  it('run guards, pipes, interceptors, and what the handler’s Observable does', async () => {
    expect(await get('/echo?text=hello')).toBe(200);
    expect(tree()).toEqual({
      'GET /echo': undefined,
      guard: 'GET /echo',
      pipe: 'interceptor',
      interceptor: 'GET /echo',
      handler: 'interceptor',
    });
  });

  it('runs the filter, of a handler that fails too; the fault is recorded once, where it happened', async () => {
    expect(await get('/echo?text=crash')).toBe(500);
    expect(tree()).toMatchObject({ handler: 'interceptor', filter: 'GET /echo' });
    for (const name of ['interceptor', 'GET /echo']) {
      expect(telemetry.span(name).status.code).toBe(SpanStatusCode.ERROR);
      expect(telemetry.span(name).attributes['error.type']).toBe('RangeError');
    }
    expect(telemetry.span('interceptor').events).toHaveLength(1);
    expect(telemetry.span('GET /echo').events).toHaveLength(0);
  });

  it('runs a guard that refuses: the request has its span, and no more than guard and filter', async () => {
    expect(await get('/echo?text=refuse')).toBe(403);
    expect(tree()).toEqual({ 'GET /echo': undefined, guard: 'GET /echo', filter: 'GET /echo' });
    expect(telemetry.span('GET /echo').attributes['http.response.status_code']).toBe(403);
  });

  it('runs a guard that fails: its fault is on the request', async () => {
    expect(await get('/echo?text=crash%20in%20guard')).toBe(500);
    const request = telemetry.span('GET /echo');
    expect([request.status.code, request.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'RangeError']);
    expect(request.events.map(({ name }) => name)).toEqual(['exception']);
  });

  it('and leaves no span open', () => {
    expect(telemetry.openSpans()).toEqual([]);
  });
});

describe('@Span on a route', () => {
  it.each(['above', 'below'])('lets Nest and OpenAPI see what they need (%s)', async (path) => {
    expect(await get(`/echo/${path}?text=hello`, `GET /echo/${path}`)).toBe(200);
    expect(tree()).toMatchObject({ decorated: 'interceptor', inner: 'decorated' });
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(document.paths[`/echo/${path}`]?.get).toMatchObject({
      summary: path === 'above' ? 'Span below' : 'Span above',
      operationId: `EchoController_${path}`,
      parameters: [{ name: 'text', in: 'query' }],
    });
  });
});
