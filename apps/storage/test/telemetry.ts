import { startTestTelemetry } from '@epro/telemetry/testing';

/** Imported before anything that loads pg, so that its statements are traced. */
export const telemetry = startTestTelemetry();
