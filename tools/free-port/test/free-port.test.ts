import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePorts, isPortTaken } from '../src/index.js';

describe('freePorts', () => {
  it('gives different ports on which one can listen', async () => {
    const ports = await freePorts(5);
    expect(new Set(ports).size).toBe(5);
    for (const port of ports) expect(await isPortTaken(port)).toBe(false);
  });

  it('sees who listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await isPortTaken((server.address() as AddressInfo).port)).toBe(true);
    server.close();
  });
});
