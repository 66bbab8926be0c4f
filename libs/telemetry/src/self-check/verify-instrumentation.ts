import { get } from 'node:http';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { context, defaultTextMapSetter, diag, propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { metadataSetter } from '../grpc/metadata-carrier.js';
import { carriesTrace } from '../propagation/propagation.settings.js';
import { isRecording, telemetryConfig, tracer } from '../sdk/telemetry.js';
import { beginServing } from '../shutdown/serving.js';
import { startProbe, type Probe } from './probes.js';
import { registeredGrpcClients, registeredPgPools } from './registry.js';

/** How long the span of a probe that has been answered may take to end. */
const SPAN_TIMEOUT_MS = 2000;
const PROBE_TIMEOUT_MS = 5000;
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** The boundaries a process has beside the gRPC clients and pools it made, which the check knows by itself. */
export interface ExpectedHops {
  /** Base URL on which this process serves HTTP. */
  http?: string;
  /** The gRPC service that this process serves, and the `host:port` it listens on. */
  grpcServer?: { service: string; address: string };
}

/** A boundary that does not carry the trace. */
export class InstrumentationError extends Error {
  override readonly name = 'InstrumentationError';
}

/**
 * Sends a probe across every boundary of this process and sees whether a span comes of it that continues the
 * probe's trace. Run once, when the process serves. Its own spans are not exported.
 *
 * Where the sampler records nothing there is nothing to see, and it passes; so it does for what comes in where
 * `OTEL_PROPAGATORS` lets no trace in.
 *
 * @throws InstrumentationError that names each hop that is not instrumented and says where to put it right; with
 *   `EPRO_TELEMETRY_SELF_CHECK=warn` it is logged instead
 */
export async function verifyInstrumentation(hops: ExpectedHops): Promise<void> {
  await verify(hops);
  beginServing();
}

async function verify(hops: ExpectedHops): Promise<void> {
  const { selfCheck, serviceName } = telemetryConfig();
  if (selfCheck === 'off' || telemetryConfig().disabled) return;
  const problems = isRecording()
    ? (await Promise.all(checks(hops))).filter((problem) => problem !== undefined)
    : ['tracing has not been started: run node with --import @epro/telemetry/register'];
  if (problems.length === 0) return;
  const message = `Telemetry self-check of ${serviceName} failed:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  if (selfCheck === 'fail') throw new InstrumentationError(message);
  diag.warn(message);
}

function checks({ http, grpcServer }: ExpectedHops): Promise<string | undefined>[] {
  const all: Promise<string | undefined>[] = [];
  const letsTraceIn = carriesTrace(telemetryConfig().propagators);
  if (http && letsTraceIn) {
    const problem =
      'http: requests are not traced. Call registerHttpTelemetry(fastify) before the routes are registered.';
    all.push(check(SpanKind.SERVER, problem, (probe) => requestHttp(http, probe)));
  }
  if (grpcServer && letsTraceIn) {
    const problem =
      `grpc-server: calls to ${grpcServer.service} are not traced. ` +
      'Give grpcServerInterceptors() to the server as channelOptions.interceptors.';
    all.push(check(SpanKind.SERVER, problem, (probe) => callOwnServer(grpcServer.address, probe)));
  }
  for (const [client, service] of registeredGrpcClients()) {
    const problem =
      `grpc-client: calls to ${service} are not traced. ` +
      'Make the client with createGrpcClient(), or give it grpcClientInterceptors() as interceptors.';
    all.push(check(SpanKind.CLIENT, problem, (probe) => callWithoutTime(client, probe)));
  }
  for (const pool of registeredPgPools()) {
    const problem = `pg: statements are not traced. ${pgRemedy()}`;
    all.push(check(SpanKind.CLIENT, problem, (probe) => context.with(probe.context, () => pool.query('SELECT 1'))));
  }
  return all;
}

function pgRemedy(): string {
  const { omit, pg } = telemetryConfig();
  if (omit.includes('pg')) return 'Take pg out of EPRO_TELEMETRY_OMIT.';
  if (pg === 'instrumentation') return 'Load @epro/telemetry/register before pg.';
  return 'Make the pool with createTracedPool() after @epro/telemetry/register has been loaded.';
}

async function check(
  kind: SpanKind,
  problem: string,
  cross: (probe: Probe) => Promise<unknown>,
): Promise<string | undefined> {
  const probe = startProbe(tracer());
  if (!probe) return undefined;
  try {
    await cross(probe);
    return (await probe.sees(kind, SPAN_TIMEOUT_MS)) ? undefined : problem;
  } catch (error) {
    const [hop] = problem.split(':', 1);
    return `${hop}: the probe could not be sent: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    probe.end();
  }
}

function requestHttp(url: string, probe: Probe): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // No route has this path: the answer is a 404, and the span is what counts.
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const headers = {};
  propagation.inject(probe.context, headers, defaultTextMapSetter);
  const options = { headers, agent: false, signal };
  get(new URL('/.self-check', url), options, (response) => {
    response.resume().once('end', resolve).once('error', reject);
  }).once('error', reject);
  return promise;
}

/** Asks this process's own health service, which is traced only for a probe, through a channel without interceptors. */
async function callOwnServer(address: string, probe: Probe): Promise<void> {
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  propagation.inject(probe.context, metadata, metadataSetter);
  // Suppressed, so that an instrumented client leaves the probe's headers as they are.
  await context.with(suppressTracing(ROOT_CONTEXT), () => callHealth(client, metadata, Date.now() + PROBE_TIMEOUT_MS));
  client.close();
}

/** A call whose time is over goes through the interceptors and no further: it tells whether they are there. */
function callWithoutTime(client: Client, probe: Probe): Promise<void> {
  return context.with(probe.context, () => callHealth(client, new Metadata(), 0));
}

function callHealth(client: Client, metadata: Metadata, deadline: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const empty = () => Buffer.alloc(0);
  client.makeUnaryRequest(HEALTH_CHECK, empty, empty, {}, metadata, { deadline }, () => resolve());
  return promise;
}
