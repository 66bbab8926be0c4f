/** Preload: `node --import @epro/telemetry/register dist/main.js`. Tracing must run before the modules it instruments load. */
import { startSdk } from './sdk/start-sdk.js';
import { shutdownTelemetry } from './sdk/telemetry.js';

await startSdk();
// A job or a worker thread ends by itself, when nothing is left to do: its last spans are something to do.
process.once('beforeExit', () => void shutdownTelemetry());
