/** The JSON of Jaeger's older API, which its UI shows a trace from. Times and durations are microseconds. */
export interface LegacyTrace {
  traceID: string;
  spans: LegacySpan[];
  processes: Record<string, LegacyProcess>;
  warnings: null;
}

export interface LegacySpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: LegacyReference[];
  startTime: number;
  duration: number;
  tags: LegacyTag[];
  logs: { timestamp: number; fields: LegacyTag[] }[];
  processID: string;
  warnings: string[] | null;
}

export interface LegacyReference {
  refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  traceID: string;
  spanID: string;
}

export interface LegacyProcess {
  serviceName: string;
  tags: LegacyTag[];
}

export interface LegacyTag {
  key: string;
  type: 'string' | 'bool' | 'int64' | 'float64' | 'binary';
  value: string | number | boolean;
}

/** The envelope of every answer. */
export interface LegacyResponse {
  data: unknown;
  total: number;
  limit: number;
  offset: number;
  errors: { code?: number; msg: string; traceID?: string }[] | null;
}

export function legacyData(data: unknown, total = 0, errors: LegacyResponse['errors'] = null): LegacyResponse {
  return { data, total, limit: 0, offset: 0, errors };
}

export function legacyError(code: number, msg: string): LegacyResponse {
  return legacyData(null, 0, [{ code, msg }]);
}
