import { startTestTelemetry } from '@epro/telemetry/testing';

/** Imported first: what is made after it is traced. */
export const telemetry = startTestTelemetry();
