/** Preload: `node --import @epro/telemetry/register dist/main.js`. Tracing must run before the modules it instruments load. */
import { startSdk } from './sdk/start-sdk.js';

await startSdk();
