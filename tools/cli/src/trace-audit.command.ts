import { createJaegerClient, type JaegerClient } from '@epro/jaeger-client';
import type { TraceSpan } from '@epro/trace-contract';
import type { Command } from './command/command.js';
import { EXIT } from './command/exit-code.js';
import { AUDIT_HELP, auditOptions } from './trace-audit/audit-options.js';
import { auditReport, isFaulty, isFlawless } from './trace-audit/audit-report.js';
import { collectTraces } from './trace-audit/collect-traces.js';
import { auditJson, formatAudit } from './trace-audit/format-audit.js';
import { auditSettled } from './trace-audit/settle-traces.js';

/** A page of traces takes a while to be written and read. */
const TIMEOUT_MS = 60_000;

/** Clocks differ: a trace may seem to begin a little after now. */
const CLOCK_ALLOWANCE_MS = 60_000;

/** How many traces are asked for at once when they are read again. */
const PARALLEL = 8;

export const traceAuditCommand: Command = {
  name: 'trace:audit',
  summary: 'say what share of the recent traces is complete, and what is wrong with the others',
  help: AUDIT_HELP,
  async run(args, { terminal, env }) {
    const { url, sinceMs, limit, services, settleMs, json } = auditOptions(args, env);
    const client = createJaegerClient({ url, timeoutMs: TIMEOUT_MS });
    const now = Date.now();
    const start = new Date(now - sinceMs);
    const { traces, truncated } = await collectTraces(client, {
      services: services.length > 0 ? services : await ownServices(client),
      start,
      end: new Date(now + CLOCK_ALLOWANCE_MS),
      limit,
    });
    const verdicts = await auditSettled(traces, {
      settleMs,
      readAgain: (ids) => getTraces(client, ids),
      onWait: (count) => terminal.err(`${count} young traces are incomplete; waiting for spans on their way ...`),
    });
    const report = auditReport(verdicts);
    const scope = { url, start, end: new Date(now), limit, truncated };
    terminal.out(json ? auditJson(report, scope) : formatAudit(report, scope, terminal));
    if (isFaulty(report)) return EXIT.incomplete;
    return isFlawless(report) ? EXIT.ok : EXIT.nothingChecked;
  },
};

async function ownServices(client: JaegerClient): Promise<string[]> {
  return (await client.services()).filter((service) => service.startsWith('epro-'));
}

async function getTraces(client: JaegerClient, ids: readonly string[]): Promise<TraceSpan[][]> {
  const traces: TraceSpan[][] = [];
  for (let first = 0; first < ids.length; first += PARALLEL) {
    const some = await Promise.all(ids.slice(first, first + PARALLEL).map((id) => client.getTrace(id)));
    // One may have been dropped since the search.
    traces.push(...some.filter((trace) => trace !== undefined));
  }
  return traces;
}
