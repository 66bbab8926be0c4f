import { readFileSync } from 'node:fs';
import { startSystem, type RunningSystem, type ServiceName } from '@epro/system';
import { ClosedLoop, type LoadResult } from './load/closed-loop.js';
import { Patients } from './load/patients.js';
import { submissionsOf } from './load/submissions.js';
import { readServiceLog } from './log/service-log.js';
import { percentile } from './measure/statistics.js';
import { UsageMeter } from './measure/usage-meter.js';
import { expectedTrace, missingSpans } from './sink/expected-trace.js';
import { OtlpSink } from './sink/otlp-sink.js';
import type { SinkReport } from './sink/sink-protocol.js';
import type { Variant } from './variants.js';

const SERVICES: readonly ServiceName[] = ['gateway', 'auth', 'validation', 'storage', 'analysis'];
const TRACED_SERVICES = SERVICES.map((name) => `epro-${name}`);

/** Longer than any exporter waits before it sends what it has. */
const QUIET_MS = 15_000;
const POLL_MS = 50;

export interface VariantRunOptions {
  readonly connections: number;
  readonly collectorLatencyMs: number;
  readonly nodeFlags: readonly string[];
  readonly signal: AbortSignal;
}

/** What a variant did in one round. CPU and memory are undefined where this system does not say. */
export interface RoundResult {
  readonly submissionsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuSecondsPer1000: number | undefined;
  readonly cpuSecondsPer1000ByService: Readonly<Record<string, number>> | undefined;
  readonly rssMb: number | undefined;
  readonly accepted: number;
}

/** What came of a whole run, warm-up included. */
export interface RunOutcome {
  readonly accepted: number;
  readonly failed: number;
  readonly failure: string | undefined;
  /** Where there are to be no traces: all spans there are, by accepted submissions. */
  readonly spansPerSubmission: number;
  /** Of the accepted submissions; undefined where there is to be no trace. */
  readonly completeShare: number | undefined;
  readonly droppedSpans: number;
  readonly traces: SinkReport;
  /** What the services said of spans that they lost, and of errors. */
  readonly warnings: readonly string[];
}

/** The five services as one variant has them, with a database and a trace backend of their own. */
export class VariantRun {
  readonly pids: Readonly<Record<string, number>>;
  /** When measuring began, in microseconds of the system's monotonic clock, by which profiles go too. */
  measuredFrom = Infinity;
  /** Accepted submissions that were measured. */
  measured = 0;
  private readonly signal: AbortSignal;
  private readonly loop: ClosedLoop;
  private readonly meter: UsageMeter;
  private loads: LoadResult[] = [];

  private constructor(
    readonly variant: Variant,
    private readonly system: RunningSystem,
    private readonly sink: OtlpSink,
    private readonly patients: Patients,
    url: string,
    { connections, signal }: VariantRunOptions,
  ) {
    this.signal = signal;
    this.pids = Object.fromEntries(SERVICES.map((name) => [name, system.services[name].pid!]));
    this.meter = new UsageMeter(this.pids);
    const onAccepted = variant.trace === 'none' ? () => {} : (traceId: string) => sink.accepted(traceId);
    this.loop = new ClosedLoop({ url, connections, next: submissionsOf(patients.all), onAccepted });
  }

  /** @throws SystemStartError, or that nobody can sign in; then nothing is left running */
  static async start(variant: Variant, options: VariantRunOptions): Promise<VariantRun> {
    const { collectorLatencyMs, nodeFlags, signal } = options;
    const expectation = expectedTrace(variant, TRACED_SERVICES);
    const sink = await OtlpSink.start({ latencyMs: collectorLatencyMs, quietMs: QUIET_MS, expectation });
    let system: RunningSystem | undefined;
    try {
      system = await startSystem({
        only: SERVICES,
        ports: 'free',
        traceBackend: { kind: 'jaeger', url: sink.url, otlpUrl: sink.url },
        env: variant.env,
        preload: variant.preload,
        nodeFlags: [...(variant.nodeFlags ?? []), ...nodeFlags],
        signal,
      });
      // By address: looking up "localhost" is no part of what is measured.
      const url = `http://127.0.0.1:${system.ports.gateway}`;
      return new VariantRun(variant, system, sink, await Patients.signIn(url), url, options);
    } catch (error) {
      await system?.stop('now');
      await sink.close();
      throw error;
    }
  }

  get accepted(): number {
    return this.loop.accepted;
  }

  /** Sends submissions, which count for completeness only, until so many have been accepted. */
  async warmUp(count: number, onProgress: (accepted: number) => void): Promise<void> {
    const { promise: stop, resolve, reject } = Promise.withResolvers<void>();
    const poll = setInterval(() => {
      onProgress(this.loop.accepted);
      if (this.signal.aborted) reject(this.signal.reason as Error);
      else if (this.loop.accepted >= count) resolve();
    }, POLL_MS);
    try {
      await this.loop.run(stop);
    } finally {
      clearInterval(poll);
    }
    const { backendFailure } = this.variant;
    if (backendFailure) this.sink.fail(backendFailure);
  }

  /** Sends submissions that count. What is used counts until `settle`. */
  async load(stop: Promise<unknown>): Promise<void> {
    this.measuredFrom = Math.min(this.measuredFrom, Number(process.hrtime.bigint() / 1000n));
    this.meter.open();
    const load = await this.loop.run(stop);
    this.loads.push(load);
    this.measured += load.latencies.length;
  }

  /** Call it when the spans of the last load have been sent: sending them belongs to it. */
  settle(): void {
    this.meter.close();
  }

  /** What was measured since the last call. */
  takeRound(): RoundResult {
    const { loads } = this;
    this.loads = [];
    const latencies = loads.flatMap((load) => load.latencies);
    const usage = this.meter.take();
    const per1000 = (seconds: number) => (seconds / latencies.length) * 1000;
    return {
      submissionsPerSecond: sum(loads, (load) => load.acceptedInTime) / sum(loads, (load) => load.seconds),
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      cpuSecondsPer1000: usage && per1000(usage.cpuSeconds),
      cpuSecondsPer1000ByService:
        usage && Object.fromEntries(Object.entries(usage.cpuSecondsOf).map(([name, used]) => [name, per1000(used)])),
      rssMb: usage && usage.rssBytes / 1e6,
      accepted: latencies.length,
    };
  }

  /** Ends the services, which send their last spans, and says what came of all. */
  async finish(): Promise<RunOutcome> {
    this.patients.dispose();
    await this.loop.close();
    // The gateway first, as in RunningSystem.stop(), but the logs must stay until they are read.
    for (const name of SERVICES) await this.system.services[name].stop();
    const traces = await this.sink.report();
    const isTraced = this.variant.trace !== 'none';
    const logs = SERVICES.map((name) => ({
      name,
      log: readServiceLog(readFileSync(this.system.services[name].logFile, 'utf8')),
    }));
    const missing = isTraced ? missingSpans(traces.sizes, expectedTrace(this.variant, TRACED_SERVICES)) : 0;
    const accepted = Math.max(1, this.loop.accepted);
    return {
      accepted: this.loop.accepted,
      failed: this.loop.failed,
      failure: this.loop.failure,
      spansPerSubmission: (isTraced ? traces.spans : traces.spansOfOthers) / accepted,
      completeShare: isTraced ? traces.complete / accepted : undefined,
      // What a service dropped may be of no accepted submission; what it does not know of it cannot tell.
      droppedSpans: Math.max(
        missing,
        sum(logs, ({ log }) => log.droppedSpans),
      ),
      traces,
      warnings: logs.flatMap(({ name, log }) => log.warnings.map((line) => `${name}: ${line}`)),
    };
  }

  /** Leaves nothing running. */
  async stop(): Promise<void> {
    this.patients.dispose();
    await this.loop.close();
    await this.system.stop('now');
    await this.sink.close();
  }
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
