import { afterEach, beforeEach, expect, it } from 'vitest';
import { Readiness } from '../src/health/readiness.js';
import { startTestGateway, type TestGateway } from './support/test-gateway.js';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.stop());

const up = (required: boolean) => ({ status: 'up', required });
const down = (required: boolean) => ({ status: 'down', required });
const ALL_UP = { auth: up(true), validation: up(true), storage: up(true), analysis: up(false) };

it('is ready when every service serves', async () => {
  const { status, json } = await gateway.get('/readyz');
  expect(status).toBe(200);
  expect(json).toEqual({ status: 'ready', services: ALL_UP });
});

it.each(['auth', 'validation', 'storage'] as const)('is unready without %s', async (name) => {
  gateway.services.servers[name].kill();
  const { status, json, headers } = await gateway.get('/readyz');
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(json).toEqual({ status: 'unready', services: { ...ALL_UP, [name]: down(true) } });
});

it('is unready while a service says that it does not serve', async () => {
  gateway.services.servers.storage.setServing(false);
  expect((await gateway.get('/readyz')).status).toBe(503);
  gateway.services.servers.storage.setServing(true);
  expect((await gateway.get('/readyz')).status).toBe(200);
});

it('is ready without analysis, and shows that it is down', async () => {
  gateway.services.servers.analysis.kill();
  const { status, json } = await gateway.get('/readyz');
  expect(status).toBe(200);
  expect(json).toEqual({ status: 'ready', services: { ...ALL_UP, analysis: down(false) } });
});

it('is unready when it is about to end', async () => {
  gateway.app.get(Readiness, { strict: false }).close();
  expect((await gateway.get('/readyz')).json).toEqual({ status: 'unready', services: ALL_UP });
});

it('runs whatever the services do', async () => {
  gateway.services.kill();
  const { status, json } = await gateway.get('/healthz');
  expect(status).toBe(200);
  expect(json).toEqual({ status: 'ok' });
});
