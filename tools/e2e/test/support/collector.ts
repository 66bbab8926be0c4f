import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePorts } from '@epro/free-port';

/** What to say where a test needs a Collector and there is none. */
export const NO_COLLECTOR =
  'no OpenTelemetry Collector on this machine: set OTELCOL_BIN to its binary, or put `otelcol` on PATH';

export interface RunningCollector {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` has to be. */
  readonly otlpUrl: string;
  stop(): Promise<void>;
}

/**
 * The Collector of this machine: what `OTELCOL_BIN` names, else an `otelcol` on `PATH`, else undefined.
 *
 * @throws Error when `OTELCOL_BIN` names something that cannot be run
 */
export function findCollectorBinary(): string | undefined {
  const { OTELCOL_BIN, PATH = '' } = process.env;
  if (OTELCOL_BIN) {
    accessSync(OTELCOL_BIN, constants.X_OK);
    return OTELCOL_BIN;
  }
  return PATH.split(delimiter)
    .map((folder) => join(folder, 'otelcol'))
    .find((path) => {
      try {
        return (accessSync(path, constants.X_OK), true);
      } catch {
        return false;
      }
    });
}

export interface CollectorOptions {
  /** Files of `deploy/collector`, the later over the earlier. */
  readonly files: readonly string[];
  /** Where it sends spans by OTLP over HTTP, without `/v1/traces`. */
  readonly sendTo: string;
  readonly encoding?: 'json' | 'proto';
  readonly env?: Readonly<Record<string, string>>;
  /** Over the files: what a test needs smaller or faster. */
  readonly processors?: object;
}

const FOLDER = join(import.meta.dirname, '../../../../deploy/collector');
const HOST = '127.0.0.1';
const TIMEOUT_MS = 30_000;

/** Starts a real Collector with the product's own configuration; only where it listens and sends is the test's. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const binary = findCollectorBinary();
  if (binary === undefined) throw new Error(NO_COLLECTOR);
  const [grpc, http, health] = (await freePorts(3)) as [number, number, number];
  const overrides = {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `${HOST}:${grpc}` }, http: { endpoint: `${HOST}:${http}` } } },
    },
    extensions: { health_check: { endpoint: `${HOST}:${health}` } },
    processors: { batch: { timeout: '10ms' }, ...options.processors },
    exporters: {
      'otlp_http/test': { endpoint: options.sendTo, encoding: options.encoding ?? 'proto', compression: 'none' },
    },
    service: {
      pipelines: { traces: { exporters: ['otlp_http/test'] } },
      // Its own metrics would take a fixed port.
      telemetry: { metrics: { level: 'none' } },
    },
  };
  const child = spawn(
    binary,
    [...options.files.map((file) => `--config=${join(FOLDER, file)}`), `--config=yaml:${JSON.stringify(overrides)}`],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } },
  );
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  const deadline = Date.now() + TIMEOUT_MS;
  while (!(await isReady(`http://${HOST}:${health}`))) {
    if (child.exitCode === null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    await stop();
    throw new Error(`The Collector did not start. Its log ends:\n${log.join('').slice(-2000)}`);
  }
  return { otlpUrl: `http://${HOST}:${http}`, stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
