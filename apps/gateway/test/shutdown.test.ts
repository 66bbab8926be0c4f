import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '@epro/free-port';
import { afterEach, expect, it, vi } from 'vitest';
import { KEY, RESPONSE, SUBMISSION } from './support/fixtures.js';
import { startFakeServices, type FakeServices } from './support/fake-services.js';
import { bearer } from './support/test-gateway.js';

let gateway: ChildProcess;
let services: FakeServices;
const agent = new Agent({ keepAlive: true });

let received = '';
/** Takes spans as a collector does. */
const collector = createServer((incoming, outgoing) => {
  incoming.on('data', (chunk) => (received += String(chunk)));
  incoming.once('end', () => outgoing.end());
});

afterEach(() => {
  agent.destroy();
  collector.close();
  gateway.kill('SIGKILL');
  services.kill();
});

function ask(port: number, method: string, path: string, body = '', headers = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += String(chunk)));
    response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
  });
  outgoing.once('error', reject).end(body);
  return promise;
}

it('finishes what is under way when it is told to end, sends its trace, and then ends', async () => {
  services = await startFakeServices();
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const port = await freePort();
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  gateway = spawn(process.execPath, ['--import', '@epro/telemetry/register', main], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      GATEWAY_PORT: String(port),
      OTEL_SERVICE_NAME: 'epro-gateway',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      AUTH_ADDRESS: services.addresses.auth,
      VALIDATION_ADDRESS: services.addresses.validation,
      STORAGE_ADDRESS: services.addresses.storage,
      ANALYSIS_ADDRESS: services.addresses.analysis,
    },
  });
  const exited = once(gateway, 'exit');
  await vi.waitFor(async () => expect((await ask(port, 'GET', '/readyz')).status).toBe(200), { timeout: 10_000 });

  const storing = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  services.handlers.saveSubmission = async () => {
    storing.resolve();
    await go.promise;
    return { submission: SUBMISSION, replayed: false };
  };
  const headers = { ...bearer('patient'), 'content-type': 'application/json', 'idempotency-key': KEY };
  const answer = ask(port, 'POST', '/api/v1/submissions', RESPONSE, headers);
  await storing.promise;
  const halfSent = connect(port, '127.0.0.1');
  await new Promise<void>((done) => halfSent.write('GET /healthz HTTP/1.1\r\nhost: x\r\n', () => done()));
  // Answered after it was written: by now the half request is there too.
  await ask(port, 'GET', '/healthz');
  gateway.kill('SIGTERM');
  // It is on its way out once it takes no new connection.
  const refused = () => expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  await vi.waitFor(refused, { timeout: 5000 });
  halfSent.write('\r\n');
  let late = '';
  for await (const chunk of halfSent) late += String(chunk);
  expect(late).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*x-trace-id: /);
  go.resolve();

  const { status, body } = await answer;
  expect(status).toBe(201);
  // The call after storing was made too: its client was not closed before its time.
  expect(JSON.parse(body)).toMatchObject({ analysis: { status: 'complete' } });
  expect(await exited).toEqual([0, null]);
  expect(received).toContain('POST /api/v1/submissions');
});
