import { parseArgs } from 'node:util';
import { PORTS, portsFrom, type SystemPorts } from '../ports.js';
import type { TraceBackend } from '../running-system.js';

export interface DemoOptions {
  readonly help: boolean;
  readonly verbose: boolean;
  readonly keepLogs: boolean;
  readonly ports: SystemPorts;
  readonly postgresPort: number | undefined;
  readonly traceBackend: TraceBackend;
}

/** The command line or a setting cannot be used; the message says which and why. */
export class DemoUsageError extends Error {
  override readonly name = 'DemoUsageError';
}

export const DEMO_HELP = `npm run demo -- [options]

Starts the whole platform on this machine: PostgreSQL, five services, and a place for their traces.

  --offset N      add N to every port, so that copies run side by side
  --jaeger URL    send traces to the Jaeger with this UI, and start no trace-desk
  --otlp URL      where that Jaeger takes OTLP over HTTP (default: the same host, port 4318)
  --keep-logs     keep the services' logs
  --verbose       show the services' logs, and how much memory they take
  --help

Each port has a setting of its own, to which no offset is added:
  ${Object.values(PORTS)
    .map(({ setting, standard }) => `${setting} (${standard})`)
    .join(', ')}, POSTGRES_PORT (a free one)`;

const DEFAULT_OTLP_PORT = PORTS.otlp.standard;

/** @throws DemoUsageError */
export function readDemoOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): DemoOptions {
  // What stands before "--" npm takes for its own settings, and hands on in this way only.
  const taken = ['offset', 'jaeger', 'otlp', 'keep_logs'].find((name) => env[`npm_config_${name}`]);
  if (taken) throw new DemoUsageError('Put "--" before the options: npm run demo -- --offset 10');
  const values = parse(args);
  const offset = values.offset === undefined ? 0 : wholeNumber('--offset', values.offset);
  return {
    help: values.help ?? false,
    verbose: values.verbose ?? false,
    keepLogs: values['keep-logs'] ?? false,
    ports: portsFrom((name) => {
      const { setting, standard } = PORTS[name];
      const own = env[setting];
      return own ? wholeNumber(setting, own) : standard + offset;
    }),
    postgresPort: env['POSTGRES_PORT'] ? wholeNumber('POSTGRES_PORT', env['POSTGRES_PORT']) : undefined,
    traceBackend: traceBackend(values.jaeger, values.otlp),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        offset: { type: 'string' },
        jaeger: { type: 'string' },
        otlp: { type: 'string' },
        'keep-logs': { type: 'boolean' },
        verbose: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new DemoUsageError((error as Error).message, { cause: error });
  }
}

function traceBackend(jaeger: string | undefined, otlp: string | undefined): TraceBackend {
  if (jaeger === undefined) {
    if (otlp !== undefined) throw new DemoUsageError('--otlp goes with --jaeger.');
    return { kind: 'trace-desk' };
  }
  const url = httpUrl('--jaeger', jaeger);
  const receiver = new URL(url);
  receiver.pathname = '';
  receiver.port = String(DEFAULT_OTLP_PORT);
  const otlpUrl = httpUrl('--otlp', otlp ?? receiver.href);
  return { kind: 'jaeger', url: url.replace(/\/$/, ''), otlpUrl: otlpUrl.replace(/(\/v1\/traces)?\/?$/, '') };
}

function httpUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new DemoUsageError(`${name} must be a URL such as http://localhost:16686`);
  }
  return url.href;
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new DemoUsageError(`${name} must be a whole number, not "${value}"`);
  return Number(value);
}
