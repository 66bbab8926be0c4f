import { describeSamplingConflict, type SamplingConflict } from '@epro/trace-contract';
import { tracePage } from '../system/addresses.js';
import { share, type AuditReport, type FaultGroup, type Tally } from './audit-report.js';

export interface AuditScope {
  /** Of the backend that was asked. */
  readonly url: string;
  readonly start: Date;
  readonly end: Date;
  readonly limit: number;
  /** There are more traces in this time than were read. */
  readonly truncated: boolean;
}

const MOST_GROUPS = 20;
const MOST_FAULTS = 12;
const MOST_TRACES = 3;

export interface FormatOptions {
  readonly color: boolean;
}

/** The result of an audit for people. Its first line is the answer. */
export function formatAudit(report: AuditReport, scope: AuditScope, { color }: FormatOptions): string {
  const paint = (text: string, code: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { checked, complete, faults } = report;
  const verdict = `${complete} of ${checked} traces complete (${share(complete, checked)})`;
  const lines = [paint(verdict, checked === 0 ? '33' : complete === checked ? '32' : '31')];
  lines.push(`  in ${scope.url}, from ${scope.start.toISOString()} to ${scope.end.toISOString()}`);
  if (scope.truncated) {
    lines.push(paint(`  The latest ${scope.limit} traces only: there are more in this time. Raise --limit.`, '33'));
  }
  if (checked === 0) {
    lines.push('', 'No trace that a contract covers was found, so nothing is proven.');
    lines.push('Send a submission (npm run submit), look further back (--since 1d), or at another backend (--url).');
  }
  if (report.contracts.length > 0) lines.push('', ...tallyLines(report.contracts));
  if (report.notCovered.length > 0) {
    lines.push(
      '',
      'Covered by no contract, and held to the rules for all traces only:',
      ...tallyLines(report.notCovered),
    );
  }
  if (report.pieces.length > 0) {
    lines.push('', 'Pieces of traces, begun where no request begins:', ...report.pieces.map(pieceLine));
  }
  if (report.samplingConflicts.length > 0) {
    lines.push('', paint('Sampled here and not there:', '31'));
    for (const conflict of report.samplingConflicts) lines.push('', ...conflictLines(conflict, scope.url));
  }
  if (faults.length > 0) {
    lines.push('', paint('What is wrong:', '31'));
    for (const group of faults.slice(0, MOST_GROUPS)) lines.push('', ...faultLines(group, scope.url));
    if (faults.length > MOST_GROUPS)
      lines.push('', `and ${faults.length - MOST_GROUPS} more kinds of faults; --json has all`);
  }
  return lines.join('\n');
}

function tallyLines(tallies: readonly Tally[]): string[] {
  const width = Math.max(...tallies.map(({ title }) => title.length));
  const digits = String(Math.max(...tallies.map(({ total }) => total))).length;
  return tallies.map(
    ({ title, complete, total }) =>
      `  ${title.padEnd(width)}  ${String(complete).padStart(digits)} of ${String(total).padStart(digits)}`,
  );
}

const pieceLine = ({ title, total }: Tally): string => `  ${total} × ${title}`;

function conflictLines(conflict: SamplingConflict, url: string): string[] {
  return [`  - ${describeSamplingConflict(conflict)}`, ...pageLines(conflict.traceIds, url)];
}

function faultLines({ title, faults, traceIds }: FaultGroup, url: string): string[] {
  return [
    `  ${traceIds.length} × ${title}`,
    ...faults.slice(0, MOST_FAULTS).map((fault) => `    - ${fault}`),
    ...(faults.length > MOST_FAULTS ? [`    - and ${faults.length - MOST_FAULTS} more`] : []),
    ...pageLines(traceIds, url),
  ];
}

/** Several requests may share a trace. */
function pageLines(traceIds: readonly string[], url: string): string[] {
  const pages = [...new Set(traceIds)].map((traceId) => `    ${tracePage(url, traceId)}`);
  const rest = pages.length - MOST_TRACES;
  return [...pages.slice(0, MOST_TRACES), ...(rest > 0 ? [`    and ${rest} more`] : [])];
}

/** The result of an audit for programs: everything, nothing shortened. */
export function auditJson(report: AuditReport, scope: AuditScope): string {
  const { checked, complete } = report;
  return JSON.stringify({ ...scope, ...report, share: checked === 0 ? null : complete / checked }, null, 2);
}
