import { host, port, positiveInteger } from '@epro/config';
import { z } from 'zod';

export const traceDeskConfig = z.object({
  HOST: host(),
  TRACE_DESK_PORT: port(16686),
  OTLP_PORT: port(4318),
  TRACE_DESK_MAX_TRACES: positiveInteger(20_000),
  TRACE_DESK_MAX_MEGABYTES: positiveInteger(64),
  OTLP_MAX_BODY_MEGABYTES: positiveInteger(20),
});
