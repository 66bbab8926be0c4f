import { TraceIndex } from './trace-index.js';
import type { TraceSpan } from './trace-span.js';

export interface TraceTreeOptions {
  /** With ANSI colours; `false` if not given. */
  readonly color?: boolean;
  /** Columns of the terminal; 120 if not given. */
  readonly width?: number;
}

const COLORS = ['36', '35', '33', '32', '34', '96', '95'];
const RED = '31';
const DIM = '2';
const MIN_BAR = 10;

/**
 * A trace as lines of text: each span below its parent with service, name, duration, status, and a bar that shows
 * when in the trace it ran. Spans whose parent is not there are shown at the top and marked.
 */
export function formatTraceTree(
  spans: readonly TraceSpan[],
  { color = false, width = 120 }: TraceTreeOptions = {},
): string {
  if (spans.length === 0) return 'no spans';
  const index = new TraceIndex(spans);
  const paint = (text: string, code: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const services = [...new Set(index.spans.map(({ service }) => service))];
  const colorOf = (service: string) => COLORS[services.indexOf(service) % COLORS.length] ?? DIM;
  const rows = rowsOf(index);
  const column = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const durations = rows.map(({ span }) => formatDuration(span.endTime - span.startTime));
  const statuses = rows.map(({ span }) => statusOf(span));
  const serviceWidth = column(services);
  const fixed = serviceWidth + column(durations) + column(statuses) + 8;
  const labelWidth = Math.min(column(rows.map(({ label }) => label)), Math.max(20, width - fixed - MIN_BAR));
  const barWidth = Math.max(MIN_BAR, width - fixed - labelWidth);
  const start = minimum(index.spans.map(({ startTime }) => startTime));
  const total = -minimum(index.spans.map(({ endTime }) => -endTime)) - start;
  return rows
    .map(({ span, label }, row) => {
      const status = (statuses[row] ?? '').padEnd(column(statuses));
      return [
        paint(span.service.padEnd(serviceWidth), colorOf(span.service)),
        fit(label, labelWidth),
        (durations[row] ?? '').padStart(column(durations)),
        span.status === 'ERROR' ? paint(status, RED) : paint(status, DIM),
        paint(bar(span, start, total, barWidth), span.status === 'ERROR' ? RED : colorOf(span.service)),
      ]
        .join('  ')
        .trimEnd();
    })
    .join('\n');
}

interface Row {
  readonly span: TraceSpan;
  readonly label: string;
}

function rowsOf(index: TraceIndex): Row[] {
  const rows: Row[] = [];
  const shown = new Set<TraceSpan>();
  const add = (span: TraceSpan, own: string, below: string): void => {
    if (shown.has(span)) return;
    shown.add(span);
    rows.push({ span, label: `${own}${span.name}` });
    const children = index.childrenOf(span);
    children.forEach((child, position) => {
      const isLast = position === children.length - 1;
      add(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
    });
  };
  const tops = index.spans.filter((span) => !index.parentOf(span));
  // One whose caller is elsewhere is no orphan as long as it is the only one at the top.
  for (const span of tops) add(span, index.isOrphan(span) && tops.length > 1 ? '(orphan) ' : '', '');
  // Spans in a circle have no top.
  for (const span of index.spans) add(span, '(circular) ', '');
  return rows;
}

function statusOf({ status, attributes }: TraceSpan): string {
  const code = attributes['rpc.status_code'] ?? attributes['http.response.status_code'];
  if (status !== 'ERROR') return code === undefined ? 'ok' : String(code);
  const cause = code ?? attributes['error.type'];
  return cause === undefined ? 'ERROR' : `ERROR ${String(cause)}`;
}

/** `12.3 ms`, `1.25 s`. */
function formatDuration(nanoseconds: bigint): string {
  const milliseconds = Number(nanoseconds) / 1e6;
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function bar({ startTime, endTime }: TraceSpan, start: bigint, total: bigint, width: number): string {
  if (total <= 0n) return '█';
  const at = (time: bigint) => (Number(time - start) / Number(total)) * width;
  const first = Math.min(width - 1, Math.floor(at(startTime)));
  const length = Math.max(1, Math.min(width - first, Math.round(at(endTime) - at(startTime))));
  return `${' '.repeat(first)}${'█'.repeat(length)}`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

function minimum(values: readonly bigint[]): bigint {
  return values.reduce((least, each) => (each < least ? each : least));
}
