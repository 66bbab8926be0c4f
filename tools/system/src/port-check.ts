import { freePorts, isPortTaken } from '@epro/free-port';
import { PORT_NAMES, PORTS, portsFrom, standardPorts, type PortName, type SystemPorts } from './ports.js';
import { SystemStartError } from './system-start.error.js';

const OFFSETS = Array.from({ length: 50 }, (_, index) => (index + 1) * 10);

/** A port for each name, on which nobody listens now. */
export async function freeSystemPorts(): Promise<SystemPorts> {
  const numbers = await freePorts(PORT_NAMES.length);
  return portsFrom((name) => numbers[PORT_NAMES.indexOf(name)]!);
}

/**
 * @param needed those of the ports that this run listens on
 * @throws SystemStartError that lists every taken port with the setting that changes it, and an offset that is free
 */
export async function assertPortsAreFree(ports: SystemPorts, needed: readonly PortName[]): Promise<void> {
  const problems: string[] = [];
  for (const name of needed) {
    const port = ports[name];
    const twin = needed.find((other) => other !== name && ports[other] === port);
    const { setting } = PORTS[name];
    if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push(`${setting}=${port} is not a port.`);
    else if (twin) problems.push(`Port ${port} is wanted twice: by ${setting} and by ${PORTS[twin].setting}.`);
    else if (await isPortTaken(port)) problems.push(`Port ${port} is taken (${setting} sets it).`);
  }
  if (problems.length === 0) return;
  const offset = await freeOffset(needed);
  const advice = offset === undefined ? 'Set other ports.' : `Set another, or move all of them: --offset ${offset}`;
  throw new SystemStartError(`${problems.join('\n')}\nNothing was started. ${advice}`);
}

async function freeOffset(needed: readonly PortName[]): Promise<number | undefined> {
  for (const offset of OFFSETS) {
    const ports = standardPorts(offset);
    const taken = await Promise.all(needed.map((name) => isPortTaken(ports[name])));
    if (!taken.includes(true)) return offset;
  }
  return undefined;
}
