import { expect, it } from 'vitest';
import { exampleTrace, formatTraceTree, SUBMISSION_CONTRACTS } from '../src/index.js';

const trace = exampleTrace(SUBMISSION_CONTRACTS.authDown);
const full = exampleTrace(SUBMISSION_CONTRACTS.tokenRefused);

it('shows each span below its parent, with its time within the trace', () => {
  expect(formatTraceTree(full, { width: 100 })).toBe(
    [
      'epro-gateway  POST /api/v1/submissions                    9.0 ms  401                    ███████████',
      'epro-gateway  └─ epro.auth.v1.AuthService/VerifyToken     7.0 ms  ERROR UNAUTHENTICATED   █████████',
      'epro-auth        └─ epro.auth.v1.AuthService/VerifyToken  5.0 ms  UNAUTHENTICATED          ██████',
      'epro-auth           ├─ pg-pool.connect                    1.0 ms  ok                        █',
      'epro-auth           └─ SELECT auth.active_user            1.0 ms  ok                           █',
    ].join('\n'),
  );
});

it('says what failed', () => {
  expect(formatTraceTree(trace, { width: 100 })).toContain('ERROR UNAVAILABLE');
});

it('marks spans whose parent is not there, and shows every span once', () => {
  const lines = formatTraceTree(full.filter((_, at) => at !== 1)).split('\n');
  expect(lines).toHaveLength(full.length - 1);
  expect(lines[1]).toContain('(orphan) epro.auth.v1.AuthService/VerifyToken');
});

it('does not call a root that continues a caller an orphan', () => {
  const [root, ...rest] = full;
  expect(formatTraceTree([{ ...root!, parentSpanId: 'd'.repeat(16) }, ...rest])).not.toContain('orphan');
});

it('shows spans that are their own ancestors too', () => {
  const [one, other] = full;
  const spans = [
    { ...one!, parentSpanId: other!.spanId },
    { ...other!, parentSpanId: one!.spanId },
  ];
  expect(formatTraceTree(spans).split('\n')).toHaveLength(2);
});

it.each([40, 80, 120, 200])('keeps to %i columns where its content allows, and never breaks a line', (width) => {
  for (const line of formatTraceTree(full, { width }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(Math.max(width, 80));
});

it('colours only when asked', () => {
  expect(formatTraceTree(trace)).not.toContain('\u001b');
  expect(formatTraceTree(trace, { color: true })).toContain('\u001b[31mERROR UNAVAILABLE');
});
