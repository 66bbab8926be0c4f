import { Logger, type INestApplicationContext } from '@nestjs/common';
import { describeHealth, lostSpans, telemetryHealth } from '../sdk/pipeline-report.js';
import { shutdownTelemetry } from '../sdk/telemetry.js';
import { beginDraining } from './draining.js';

export interface ShutdownOptions {
  /** Runs first, while calls are still taken: for example to tell health checks that no more should come. */
  beforeClose?: () => void;
  /** Time for all of it in ms; then the process ends with status 1. Default 10 000. */
  deadlineMs?: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Ends the process in the one order that loses nothing: take no new work, finish what is in flight, send the last
 * spans, exit. On SIGTERM and SIGINT, when the parent that started it with an IPC channel is gone, and, with
 * status 1, on an error that nobody caught. A second signal ends it at once.
 */
export function shutdownOnSignal(app: INestApplicationContext, options: ShutdownOptions = {}): void {
  const logger = new Logger('Shutdown');
  let ending = false;
  const end = (cause: string, exitCode: number) => {
    if (ending) process.exit(1);
    ending = true;
    logger.log(`${cause}: finishing what is in flight`);
    setTimeout(() => {
      logger.error('Not finished in time: ending without the rest');
      process.exit(1);
    }, options.deadlineMs ?? 10_000).unref();
    void drain(app, options)
      .catch((error: unknown) => {
        logger.error(error);
        exitCode = 1;
      })
      .then(shutdownTelemetry)
      .then(() => reportSpans(logger))
      .then(() => process.exit(exitCode));
  };
  for (const signal of SIGNALS) process.on(signal, () => end(signal, 0));
  process.on('disconnect', () => {
    // A parent that asked for the end and then went is no second signal.
    if (!ending) end('the parent process is gone', 0);
  });
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      // Of a thrown string nothing is logged: it may be anything.
      logger.fatal(error instanceof Error ? error : new TypeError(`A ${typeof error} was thrown instead of an Error`));
      if (!ending) end(event, 1);
    });
  }
}

async function drain(app: INestApplicationContext, { beforeClose }: ShutdownOptions): Promise<void> {
  beforeClose?.();
  beginDraining();
  await app.close();
}

/** What became of the spans, where there were any: a trace that is not whole has its reason here. */
function reportSpans(logger: Logger): void {
  const health = telemetryHealth();
  if (health.started === 0) return;
  if (lostSpans(health) > 0 || health.live > 0) logger.warn(describeHealth(health));
  else logger.log(describeHealth(health));
}
