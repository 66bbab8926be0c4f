import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections. */
const RANGE = [20_000, 32_000] as const;

/** A port of the loopback addresses on which nobody listens now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** So many different ones. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const candidate = randomInt(...RANGE);
    if (!found.has(candidate) && !(await isPortTaken(candidate))) found.add(candidate);
  }
  return [...found];
}

/** Whether somebody listens on that port of a loopback address, or this user may not. */
export async function isPortTaken(port: number): Promise<boolean> {
  // A program on the IPv6 address counts too: it would answer to `localhost`.
  return !(await canListen(port)) || (await answersOn('::1', port));
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

async function answersOn(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
