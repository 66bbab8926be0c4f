export { startTestTelemetry, type TestTelemetry } from './start-test-telemetry.js';
