import { ConfigError, loadConfig } from '@epro/config';
import { traceDeskConfig } from './config/trace-desk.config.js';
import { PortTakenError } from './port-taken.error.js';
import { startTraceDesk } from './trace-desk.js';
import { untilStopped } from './until-stopped.js';

const MEGABYTE = 1024 * 1024;

try {
  const config = loadConfig(traceDeskConfig);
  const desk = await startTraceDesk({
    host: config.HOST,
    port: config.TRACE_DESK_PORT,
    otlpPort: config.OTLP_PORT,
    maxTraces: config.TRACE_DESK_MAX_TRACES,
    maxBytes: config.TRACE_DESK_MAX_MEGABYTES * MEGABYTE,
    maxBodyBytes: config.OTLP_MAX_BODY_MEGABYTES * MEGABYTE,
  });
  console.log(`trace-desk: traces at ${desk.url}, OTLP/HTTP at ${desk.otlpUrl}`);
  await untilStopped();
  await desk.close();
  process.exit(0);
} catch (error) {
  // What a person can put right is said in a sentence; anything else is a bug and keeps its stack.
  console.error(error instanceof ConfigError || error instanceof PortTakenError ? error.message : error);
  process.exit(1);
}
