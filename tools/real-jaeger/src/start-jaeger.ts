import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findJaegerBinary, NO_JAEGER } from './find-jaeger-binary.js';
import { freePorts } from '@epro/free-port';
import { jaegerConfig, type JaegerPorts } from './jaeger-config.js';

export interface JaegerOptions {
  /** What `findJaegerBinary` finds, if not given. */
  readonly binary?: string;
  /** For the start; 30 seconds if not given. */
  readonly timeoutMs?: number;
  /** Path of a file with sampling strategies, which is looked at again and again; without it none are served. */
  readonly samplingStrategies?: string;
}

export interface RunningJaeger extends AsyncDisposable {
  /** Of the query service, such as `http://127.0.0.1:40001`. */
  readonly url: string;
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` has to be. */
  readonly otlpUrl: string;
  /** The same over gRPC. */
  readonly otlpGrpcUrl: string;
  /** What `OTEL_EXPORTER_ZIPKIN_ENDPOINT` has to be. */
  readonly zipkinUrl: string;
  /** Where sampling strategies are asked for, without the service; answers only with `samplingStrategies`. */
  readonly samplingUrl: string;
  /** Ends it; its traces are gone. */
  stop(): Promise<void>;
}

/** Between two looks whether it answers. */
const PAUSE_MS = 50;
/** The last lines of its log that go into a message. */
const LOG_LINES = 10;

/**
 * Starts a real Jaeger on free ports, with its traces in memory. It ends with this process, if `stop` is not called.
 *
 * @throws Error that shows the end of its log when it does not answer in time
 */
export async function startJaeger({
  binary = findJaegerBinary(),
  timeoutMs = 30_000,
  samplingStrategies,
}: JaegerOptions = {}): Promise<RunningJaeger> {
  if (binary === undefined) throw new Error(NO_JAEGER);
  const ports = await somePorts();
  const config = jaegerConfig(ports, samplingStrategies);
  // JSON is YAML: no file has to be written.
  const child = spawn(binary, [`--config=yaml:${JSON.stringify(config)}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = collectLines(child);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    await end(child);
  };

  const at = (port: number) => `http://127.0.0.1:${port}`;
  const url = at(ports.query);
  const otlpUrl = at(ports.otlp);
  try {
    await untilReady(child, url, otlpUrl, timeoutMs);
  } catch (cause) {
    await stop();
    throw new Error(`${(cause as Error).message}. Its log ends:\n${log.slice(-LOG_LINES).join('\n')}`, { cause });
  }
  return {
    url,
    otlpUrl,
    otlpGrpcUrl: at(ports.otlpGrpc),
    zipkinUrl: `${at(ports.zipkin)}/api/v2/spans`,
    samplingUrl: `${at(ports.sampling)}/sampling`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function somePorts(): Promise<JaegerPorts> {
  const names = ['query', 'queryGrpc', 'otlp', 'otlpGrpc', 'zipkin', 'sampling', 'samplingGrpc'] as const;
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as unknown as JaegerPorts;
}

async function untilReady(child: ChildProcess, url: string, otlpUrl: string, timeoutMs: number): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = new Error(`Jaeger cannot be run: ${error.message}`)));
  child.once('exit', (code, signal) => (failure ??= new Error(`Jaeger ended at its start with ${code ?? signal}`)));
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (failure) throw failure;
    if ((await answers(`${url}/api/v3/services`)) && (await answers(`${otlpUrl}/v1/traces`, '{}'))) return;
    await sleep(PAUSE_MS);
  }
  throw new Error(`Jaeger did not answer within ${timeoutMs} ms`);
}

async function answers(url: string, body?: string): Promise<boolean> {
  const headers = { 'Content-Type': 'application/json' };
  const request: RequestInit = body === undefined ? {} : { method: 'POST', headers, body };
  try {
    return (await fetch(url, { ...request, signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

/** What the process prints, line by line, as it comes. */
function collectLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trimEnd().split('\n')));
  return lines;
}

/** At once: its traces are in memory, and an orderly end waits for open connections. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
