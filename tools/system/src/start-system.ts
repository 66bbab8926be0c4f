import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuardian } from '@epro/embedded-postgres';
import { assertPortsAreFree, freeSystemPorts } from './port-check.js';
import { standardPorts } from './ports.js';
import type { RunningSystem, SystemOptions } from './running-system.js';
import { SERVICES } from './service-definition.js';
import { SystemRun } from './system-run.js';

/**
 * Starts the platform's processes on this machine and resolves when all of them are ready. They end, and nothing of
 * them is left, with `stop()` or when this process ends, however it ends.
 *
 * @throws SystemStartError | PostgresStartError with what failed, why, and what to do; then nothing is left running
 */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const ownTraceDesk = options.traceBackend?.kind !== 'jaeger';
  const definitions = (options.definitions ?? SERVICES).filter(
    ({ name }) => (options.only ?? [name]).includes(name) && (name !== 'trace-desk' || ownTraceDesk),
  );
  const ports =
    options.ports === 'free' ? await freeSystemPorts() : { ...standardPorts(options.offset), ...options.ports };
  await assertPortsAreFree(
    ports,
    definitions.flatMap(({ ports, metricsPort }) =>
      metricsPort && showsMetrics(options) ? [...ports, metricsPort] : ports,
    ),
  );
  const guardian = startGuardian(await mkdtemp(join(tmpdir(), 'epro-system-')));
  const run = new SystemRun(options, definitions, ports, guardian);
  const abort = () => void run.killServices();
  options.signal?.addEventListener('abort', abort);
  try {
    await run.start();
    options.signal?.throwIfAborted();
    return run;
  } catch (error) {
    await run.stop('now');
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

/** Whether services listen for whoever reads their metrics. */
function showsMetrics({ env }: SystemOptions): boolean {
  const exporters = env?.['OTEL_METRICS_EXPORTER'] ?? process.env['OTEL_METRICS_EXPORTER'];
  return exporters?.includes('prometheus') ?? false;
}
