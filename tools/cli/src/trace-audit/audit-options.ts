import type { Environment } from '../command/command.js';
import { parseCount, parseDuration, parseOptions } from '../command/parse-options.js';
import { jaegerUrl } from '../system/addresses.js';

export interface AuditOptions {
  readonly url: string;
  readonly sinceMs: number;
  readonly limit: number;
  /** Empty: every service of ours that the backend knows. */
  readonly services: readonly string[];
  /** How old a trace must be before what is missing counts as missing, and not as still on its way. */
  readonly settleMs: number;
  readonly json: boolean;
}

export const AUDIT_HELP = `Usage: trace:audit [--since 1h] [--limit 2000] [--service NAME]... [--settle 10s] [--url URL] [--json]

  --since TIME     how far back to look: 90s, 15m, 1h, 2d (default 1h)
  --limit N        the most traces to read, the latest first (default 2000)
  --service NAME   only traces in which this service took part; may be repeated (default: all of epro-*)
  --settle TIME    an incomplete trace younger than this is read again once it is as old: its spans may still be
                   on their way (default 10s)
  --url URL        the backend (default: JAEGER_URL, else http://localhost:16686, or TRACE_DESK_PORT)
  --json           everything, for programs

Exit status: 0 all traces are complete, 1 some are not, 2 wrong arguments, 3 there was no trace to check,
4 the backend cannot be asked.`;

const DEFAULTS = { since: '1h', limit: '2000', settle: '10s' };

/** @throws UsageError */
export function auditOptions(args: readonly string[], env: Environment): AuditOptions {
  const values = parseOptions(args, {
    since: { type: 'string', default: DEFAULTS.since },
    limit: { type: 'string', default: DEFAULTS.limit },
    service: { type: 'string', multiple: true, default: [] },
    settle: { type: 'string', default: DEFAULTS.settle },
    url: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  return {
    url: jaegerUrl(values.url, env),
    sinceMs: parseDuration('--since', values.since),
    limit: parseCount('--limit', values.limit),
    services: values.service,
    settleMs: parseDuration('--settle', values.settle),
    json: values.json,
  };
}
