import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const SECRET = 'I feel Jane';

/** What an instrumentation of somebody else's may write. */
const PROGRAM = `
  import { trace, SpanStatusCode } from '@opentelemetry/api';
  const span = trace.getTracer('@example/instrumentation').startSpan('GET', {
    attributes: { 'url.full': 'http://x/?q=${SECRET}', 'user.name': '${SECRET}', 'http.request.method': 'GET' },
  });
  span.recordException(new RangeError('${SECRET}'));
  span.setStatus({ code: SpanStatusCode.ERROR, message: '${SECRET}' });
  span.addEvent('${SECRET}');
  span.end();
  setInterval(() => {}, 1000);`;

it('of any exporter sends no more than may leave, whoever made the span', async () => {
  const received = new Map<string, string>();
  const receiver = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      received.set(request.url ?? '', Buffer.concat(chunks as Buffer[]).toString('latin1'));
      response.end('{}');
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', PROGRAM];
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      OTEL_TRACES_EXPORTER: 'otlp,zipkin,console',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/zipkin`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => received.set('console', (received.get('console') ?? '') + text.toString()));
  }
  try {
    await vi.waitFor(
      () => {
        for (const where of ['/v1/traces', '/zipkin', 'console']) expect(received.get(where)).toContain('RangeError');
      },
      { timeout: 15_000, interval: 50 },
    );
    for (const [where, text] of received) {
      expect(text, where).not.toContain('Jane');
      expect(text, where).toContain('http.request.method');
    }
    expect(received.get('console')).toContain('Privacy: the attribute user.name does not leave this process.');
  } finally {
    child.kill('SIGKILL');
    receiver.close();
  }
});
