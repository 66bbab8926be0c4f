import { expect, it } from 'vitest';
import { loadGatewayConfig } from './gateway.config.js';

it('has the defaults of the design', () => {
  expect(loadGatewayConfig({})).toEqual({
    host: '127.0.0.1',
    port: 8080,
    addresses: {
      auth: 'localhost:50051',
      validation: 'localhost:50052',
      storage: 'localhost:50053',
      analysis: 'localhost:50054',
    },
    requestTimeoutMs: 5000,
    analysisTimeoutMs: 1500,
  });
});

it("looks for a service at its own address, else at this machine's port of it", () => {
  const { addresses } = loadGatewayConfig({ AUTH_PORT: '60051', STORAGE_PORT: '60053', STORAGE_ADDRESS: 'storage:1' });
  expect(addresses).toMatchObject({ auth: 'localhost:60051', storage: 'storage:1' });
});

it('names what it cannot use', () => {
  expect(() => loadGatewayConfig({ AUTH_ADDRESS: 'nowhere', REQUEST_TIMEOUT_MS: '0' })).toThrow(
    /AUTH_ADDRESS: .*\n.*REQUEST_TIMEOUT_MS: /,
  );
});
